/** Pause after each response: a reply that is being written changes many times a second. */
export const PAUSE_MS = 300;

/**
 * Keeps the view of one place (a conversation) up to date: one request at a time, then a pause of `PAUSE_MS`. A response
 * for a place that is no longer watched is dropped.
 * `load(place)` fetches; `show` and `fail` receive its result; `sleep(ms, signal)` resolves after that time, or when
 * the signal is aborted, so that another place is loaded without waiting.
 */
export class Refresher {
  #parts;
  #place;
  #stale = false;
  #running = false;
  #abort = new AbortController();

  constructor({ load, show, fail, sleep }) {
    this.#parts = { load, show, fail, sleep };
  }

  /** Watches another place, or none (undefined). */
  watch(place) {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#place = place;
    this.invalidate();
  }

  /** The place may have changed: loads it again. */
  invalidate() {
    this.#stale = this.#place !== undefined;
    if (!this.#running) void this.#run();
  }

  async #run() {
    const { load, show, fail, sleep } = this.#parts;
    this.#running = true;
    while (this.#stale) {
      this.#stale = false;
      const { signal } = this.#abort;
      try {
        const result = await load(this.#place);
        if (!signal.aborted) show(result);
      } catch (error) {
        if (!signal.aborted) fail(error);
      }
      await sleep(PAUSE_MS, signal);
    }
    this.#running = false;
  }
}
