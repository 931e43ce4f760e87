import type { Clock } from '../../src/core/ports.js';

interface Sleeper {
  wakesAt: number;
  wake: () => void;
}

interface Watcher {
  sleepers: number;
  found: () => void;
}

/** Time that moves only when a test says so. */
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
          signal?.removeEventListener('abort', abandon);
          resolve();
        },
      };
      const abandon = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', abandon, { once: true });
      this.#sleepers.push(sleeper);
      this.#tellWatchers();
    });
  }

  /**
   * Moves time forward by `ms` and wakes whom it is time for, earliest first. What a woken sleeper does next,
   * another sleep included, happens before the next one is woken.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#next();
      if (!next || next.wakesAt > end) break;
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      this.#now = Math.max(this.#now, next.wakesAt);
      next.wake();
      await settled();
    }
    this.#now = end;
    await settled();
  }

  /** Resolves when at least `sleepers` sleeps are under way. */
  async untilSleeping(sleepers = 1): Promise<void> {
    if (this.#sleepers.length >= sleepers) return;
    await new Promise<void>((found) => {
      this.#watchers.push({ sleepers, found });
    });
  }

  /** Milliseconds that each sleep under way still has to go, shortest first. */
  get sleeping(): number[] {
    return this.#sleepers.map((sleeper) => sleeper.wakesAt - this.#now).toSorted((a, b) => a - b);
  }

  #next(): Sleeper | undefined {
    return this.#sleepers.reduce<Sleeper | undefined>(
      (first, sleeper) => (first && first.wakesAt <= sleeper.wakesAt ? first : sleeper),
      undefined,
    );
  }

  #tellWatchers(): void {
    const satisfied = this.#watchers.filter((watcher) => this.#sleepers.length >= watcher.sleepers);
    this.#watchers = this.#watchers.filter((watcher) => !satisfied.includes(watcher));
    for (const watcher of satisfied) watcher.found();
  }
}

/** One turn of the event loop: every promise that could go on has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
