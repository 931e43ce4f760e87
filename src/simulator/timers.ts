import type { SimulatorClock, TimerHandle } from './clock.js';

/** All timers of one simulator, so that stopping it can cancel them. */
export class Timers {
  readonly #clock: SimulatorClock;
  readonly #open = new Set<TimerHandle>();
  #closed = false;

  constructor(clock: SimulatorClock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  /** Calls `run` after `ms` milliseconds. @returns a function that cancels the timer */
  after(ms: number, run: () => void): () => void {
    if (this.#closed) return () => {};
    const handle = this.#clock.setTimeout(() => {
      this.#open.delete(handle);
      run();
    }, ms);
    this.#open.add(handle);
    return () => {
      this.#open.delete(handle);
      this.#clock.clearTimeout(handle);
    };
  }

  close(): void {
    this.#closed = true;
    for (const handle of this.#open) this.#clock.clearTimeout(handle);
    this.#open.clear();
  }
}
