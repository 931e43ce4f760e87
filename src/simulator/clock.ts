/** Returned by `setTimeout`; pass it to `clearTimeout`. */
export type TimerHandle = NodeJS.Timeout | number;

/** The simulator's only source of time. `now` and delays are in milliseconds. */
export interface SimulatorClock {
  now(): number;
  setTimeout(run: () => void, ms: number): TimerHandle;
  clearTimeout(handle: TimerHandle): void;
}

export const realClock: SimulatorClock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (handle) => {
    clearTimeout(handle);
  },
};

interface ManualTimer {
  readonly due: number;
  readonly run: () => void;
}

/** A clock that moves only when `advance` is called. Timers run in due order. */
export class ManualClock implements SimulatorClock {
  #now: number;
  #lastHandle = 0;
  readonly #timers = new Map<number, ManualTimer>();

  /** @param start milliseconds since the epoch */
  constructor(start: number = Date.UTC(2026, 0, 5, 9)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  setTimeout(run: () => void, ms: number): number {
    this.#lastHandle += 1;
    this.#timers.set(this.#lastHandle, { due: this.#now + Math.max(0, ms), run });
    return this.#lastHandle;
  }

  clearTimeout(handle: TimerHandle): void {
    if (typeof handle === 'number') this.#timers.delete(handle);
  }

  /** Number of waiting timers. A test can wait for a timer to be set before it advances the clock. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Advances the time and runs all timers that become due, including timers set by other timers. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (let next = this.#nextDue(until); next !== undefined; next = this.#nextDue(until)) {
      const [handle, timer] = next;
      this.#timers.delete(handle);
      this.#now = Math.max(this.#now, timer.due);
      timer.run();
    }
    this.#now = until;
  }

  #nextDue(until: number): [number, ManualTimer] | undefined {
    let found: [number, ManualTimer] | undefined;
    for (const entry of this.#timers) {
      if (entry[1].due <= until && (found === undefined || entry[1].due < found[1].due)) found = entry;
    }
    return found;
  }
}
