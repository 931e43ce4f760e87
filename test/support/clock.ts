import type { Clock } from '../../src/core/ports.js';

interface Sleeper {
  wakesAt: number;
  wake: () => void;
}

interface Watcher {
  sleepers: number;
  notify: () => void;
}

/** A clock that only the test moves. */
export class FakeClock implements Clock {
  #now: number;
  #sleepers: Sleeper[] = [];
  #watchers: Watcher[] = [];

  /** `start` in milliseconds since 1970. */
  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const sleeper: Sleeper = {
        wakesAt: this.#now + ms,
        wake: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      const onAbort = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#sleepers.push(sleeper);
      this.#notifyWatchers();
    });
  }

  after(ms: number, act: () => void): () => void {
    const sleeper: Sleeper = { wakesAt: this.#now + ms, wake: act };
    this.#sleepers.push(sleeper);
    this.#notifyWatchers();
    return () => {
      this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
    };
  }

  /**
   * Moves time forward by `ms` and wakes the sleepers that are due, earliest first. Each sleeper runs until it waits
   * again before the next one wakes.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#next();
      if (!next || next.wakesAt > end) break;
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      this.#now = Math.max(this.#now, next.wakesAt);
      next.wake();
      await promisesRun();
    }
    this.#now = end;
    await promisesRun();
  }

  /** Time passes while the process stands still: afterwards the sleepers that are due wake, all of them late. */
  async stall(ms: number): Promise<void> {
    this.#now += ms;
    const due = this.#sleepers.filter(({ wakesAt }) => wakesAt <= this.#now);
    this.#sleepers = this.#sleepers.filter((sleeper) => !due.includes(sleeper));
    for (const { wake } of due) wake();
    await promisesRun();
  }

  /** Resolves when at least `sleepers` calls of `sleep` are pending. */
  async untilSleeping(sleepers = 1): Promise<void> {
    if (this.#sleepers.length >= sleepers) return;
    await new Promise<void>((notify) => {
      this.#watchers.push({ sleepers, notify });
    });
  }

  /** Remaining milliseconds of each pending sleep, shortest first. */
  get sleeping(): number[] {
    return this.#sleepers.map((sleeper) => sleeper.wakesAt - this.#now).toSorted((a, b) => a - b);
  }

  #next(): Sleeper | undefined {
    return this.#sleepers.reduce<Sleeper | undefined>(
      (first, sleeper) => (first && first.wakesAt <= sleeper.wakesAt ? first : sleeper),
      undefined,
    );
  }

  #notifyWatchers(): void {
    const satisfied = this.#watchers.filter((watcher) => this.#sleepers.length >= watcher.sleepers);
    this.#watchers = this.#watchers.filter((watcher) => !satisfied.includes(watcher));
    for (const watcher of satisfied) watcher.notify();
  }
}

/** Waits one turn of the event loop, so that all resolved promises have run their continuations. */
function promisesRun(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
