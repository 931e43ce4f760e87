import type { ConversationKey } from '../../src/core/conversation-id.js';
import type { Postponed, Wake } from '../../src/core/ports.js';
import { until } from '../support/until.js';

/** A wake handler that behaves as the test tells it and counts its runs. */
export class Worker {
  /** The `Wake` of every run, in the order in which the runs began. */
  readonly wakes: Wake[] = [];
  /** Work done in every run. */
  during: (key: ConversationKey) => Promise<void> = yieldToEventLoop;
  #running = new Map<ConversationKey, number>();
  #maxConcurrent = new Map<ConversationKey, number>();
  #ended = new Map<ConversationKey, number>();
  #failures = new Map<ConversationKey, number>();
  #postponed = new Map<ConversationKey, { times: number; ms: number }>();
  #gates = new Map<ConversationKey, { from: number; opened: Promise<void> }>();
  #releases: (() => void)[] = [];
  #blockedUntilAborted = new Set<ConversationKey>();

  readonly handle = async (wake: Wake): Promise<Postponed | undefined> => {
    const { key, signal } = wake;
    this.wakes.push(wake);
    const running = this.#runningNow(key) + 1;
    this.#running.set(key, running);
    this.#maxConcurrent.set(key, Math.max(this.maxConcurrent(key), running));
    try {
      const gate = this.#gates.get(key);
      if (gate && this.began(key) >= gate.from) await gate.opened;
      if (this.#blockedUntilAborted.has(key)) await aborted(signal);
      await this.during(key);
      const failures = this.#failures.get(key) ?? 0;
      if (failures > 0) {
        this.#failures.set(key, failures - 1);
        throw new Error('the test made this run fail');
      }
      const postponed = this.#postponed.get(key);
      if (!postponed || postponed.times === 0) return undefined;
      postponed.times -= 1;
      return { retryInMs: postponed.ms };
    } finally {
      this.#running.set(key, this.#runningNow(key) - 1);
      this.#ended.set(key, this.ended(key) + 1);
    }
  };

  /** The next `times` runs fail. */
  fails(key: ConversationKey, times: number): void {
    this.#failures.set(key, times);
  }

  /** The next `times` runs that do not fail ask to run again in `ms`. */
  postpones(key: ConversationKey, times: number, ms: number): void {
    this.#postponed.set(key, { times, ms });
  }

  /** From the `from`-th run on, runs do not end until the returned function is called. */
  blocks(key: ConversationKey, from = 1): () => void {
    let open: (() => void) | undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const release = (): void => open?.();
    this.#gates.set(key, { from, opened });
    this.#releases.push(release);
    return release;
  }

  /** Runs do not end until they are aborted; then they throw. */
  blocksUntilAborted(key: ConversationKey): void {
    this.#blockedUntilAborted.add(key);
  }

  /** Releases all blocked runs, at the end of a test. */
  releaseAll(): void {
    for (const release of this.#releases) release();
  }

  /** Resolves when `times` runs of `key` have ended. */
  async ran(key: ConversationKey, times = 1): Promise<void> {
    await until(() => this.ended(key) >= times, `${times} runs of ${key}`);
  }

  /** Resolves when the `run`-th run of `key` is in progress. */
  async running(key: ConversationKey, run = 1): Promise<void> {
    await until(() => this.began(key) === run && this.#runningNow(key) > 0, `run ${run} of ${key}`);
  }

  began(key: ConversationKey): number {
    return this.wakes.filter((wake) => wake.key === key).length;
  }

  ended(key: ConversationKey): number {
    return this.#ended.get(key) ?? 0;
  }

  /** The largest number of runs of `key` at the same time. */
  maxConcurrent(key: ConversationKey): number {
    return this.#maxConcurrent.get(key) ?? 0;
  }

  #runningNow(key: ConversationKey): number {
    return this.#running.get(key) ?? 0;
  }
}

/** Long enough for a concurrent run to begin if the queue allowed one. */
function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
