/** So long after an answer nothing is asked again: a reply that is being written tells of itself many times a second. */
export const REST_MS = 300;

/**
 * Keeps what is shown of one place in step with the server: never two requests at a time, at most one each `REST_MS`,
 * and an answer for a place that is no longer looked at is dropped.
 * `load(place)` resolves with what is shown; `show` and `fail` get what came of it; `sleep(ms, signal)`
 * resolves after that time, or as soon as the signal is aborted: another place is looked at without waiting.
 */
export class Freshener {
  #parts;
  #place;
  #wanted = false;
  #busy = false;
  #looking = new AbortController();

  constructor({ load, show, fail, sleep }) {
    this.#parts = { load, show, fail, sleep };
  }

  /** Looks at this place from now on, undefined for none; what is on its way for another one is not shown. */
  look(place) {
    this.#looking.abort();
    this.#looking = new AbortController();
    this.#place = place;
    this.changed();
  }

  /** It may look different by now. */
  changed() {
    this.#wanted = this.#place !== undefined;
    if (!this.#busy) void this.#run();
  }

  async #run() {
    const { load, show, fail, sleep } = this.#parts;
    this.#busy = true;
    while (this.#wanted) {
      this.#wanted = false;
      const { signal } = this.#looking;
      try {
        const found = await load(this.#place);
        if (!signal.aborted) show(found);
      } catch (error) {
        if (!signal.aborted) fail(error);
      }
      await sleep(REST_MS, signal);
    }
    this.#busy = false;
  }
}
