import type { Postponed, Wake } from '../../src/core/ports.js';
import type { ConversationKey } from '../../src/core/conversation-id.js';
import { until } from '../support/until.js';

/** A handler that does as the test says and counts what it does. */
export class Worker {
  /** Every run, in the order in which they began. */
  readonly wakes: Wake[] = [];
  /** What a run does besides. */
  during: (key: ConversationKey) => Promise<void> = turn;
  #running = new Map<ConversationKey, number>();
  #most = new Map<ConversationKey, number>();
  #ended = new Map<ConversationKey, number>();
  #failures = new Map<ConversationKey, number>();
  #heldBack = new Map<ConversationKey, { times: number; ms: number }>();
  #gates = new Map<ConversationKey, { from: number; opens: Promise<void> }>();
  #releases: (() => void)[] = [];
  #heedful = new Set<ConversationKey>();

  readonly handle = async (wake: Wake): Promise<Postponed | undefined> => {
    const { key, signal } = wake;
    this.wakes.push(wake);
    const running = this.#runningNow(key) + 1;
    this.#running.set(key, running);
    this.#most.set(key, Math.max(this.most(key), running));
    try {
      const gate = this.#gates.get(key);
      if (gate && this.began(key) >= gate.from) await gate.opens;
      if (this.#heedful.has(key)) await aborted(signal);
      await this.during(key);
      const failures = this.#failures.get(key) ?? 0;
      if (failures > 0) {
        this.#failures.set(key, failures - 1);
        throw new Error('this run was told to fail');
      }
      const held = this.#heldBack.get(key);
      if (!held || held.times === 0) return undefined;
      held.times -= 1;
      return { againInMs: held.ms };
    } finally {
      this.#running.set(key, this.#runningNow(key) - 1);
      this.#ended.set(key, this.ended(key) + 1);
    }
  };

  /** The next `times` runs fail. */
  fails(key: ConversationKey, times: number): void {
    this.#failures.set(key, times);
  }

  /** The next `times` runs that do not fail are held back for `ms`. */
  holdsBack(key: ConversationKey, times: number, ms: number): void {
    this.#heldBack.set(key, { times, ms });
  }

  /** Runs, from the `from`-th on, do not end until the function that is returned is called. */
  holds(key: ConversationKey, from = 1): () => void {
    let open: (() => void) | undefined;
    const opens = new Promise<void>((resolve) => {
      open = resolve;
    });
    const release = (): void => open?.();
    this.#gates.set(key, { from, opens });
    this.#releases.push(release);
    return release;
  }

  /** Runs end by throwing, when they are aborted. */
  holdsUntilAborted(key: ConversationKey): void {
    this.#heedful.add(key);
  }

  /** For the end of a test: nothing is held any more. */
  releaseAll(): void {
    for (const release of this.#releases) release();
  }

  /** Resolves when `key` has ended `times` runs. */
  async ran(key: ConversationKey, times = 1): Promise<void> {
    await until(() => this.ended(key) >= times, `${times} runs of ${key}`);
  }

  /** Resolves when `key` is in its `run`-th run. */
  async running(key: ConversationKey, run = 1): Promise<void> {
    await until(() => this.began(key) === run && this.#runningNow(key) > 0, `run ${run} of ${key}`);
  }

  began(key: ConversationKey): number {
    return this.wakes.filter((wake) => wake.key === key).length;
  }

  ended(key: ConversationKey): number {
    return this.#ended.get(key) ?? 0;
  }

  /** The largest number of runs of `key` at one time. */
  most(key: ConversationKey): number {
    return this.#most.get(key) ?? 0;
  }

  #runningNow(key: ConversationKey): number {
    return this.#running.get(key) ?? 0;
  }
}

/** Long enough for another run to begin, were it let. */
function turn(): Promise<void> {
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
