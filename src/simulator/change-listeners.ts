import type { Change } from './types.js';

/** Those who want to know that something changed. */
export class ChangeListeners {
  readonly #listeners = new Set<(change: Change) => void>();

  /** @returns what takes the listener off again */
  add(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  notify(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  clear(): void {
    this.#listeners.clear();
  }

  /**
   * Resolves with the first value of `condition` that is neither false, null nor undefined, looked at now and after every change.
   * `timeoutMs` is real time whatever the simulator's clock: it guards a test against waiting for ever.
   * Rejects with an Error when the time is up, or with whatever `condition` throws.
   */
  until<T>(condition: () => T, timeoutMs: number): Promise<Exclude<T, false | null | undefined>> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        try {
          const value = condition();
          if (!present(value)) return;
          done();
          resolve(value);
        } catch (error) {
          done();
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      const done = (): void => {
        clearTimeout(timer);
        remove();
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`not within ${timeoutMs} ms: ${condition.toString()}`));
      }, timeoutMs);
      const remove = this.add(look);
      look();
    });
  }
}

function present<T>(value: T): value is Exclude<T, false | null | undefined> {
  return value !== undefined && value !== null && value !== false;
}
