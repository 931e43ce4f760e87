import type { Change } from './types.js';

/** Listeners for changes in the workspace. */
export class ChangeListeners {
  readonly #listeners = new Set<(change: Change) => void>();

  /** @returns a function that removes the listener */
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
   * Checks `condition` now and after every change. Resolves with its first value that is not false, null or undefined.
   * Rejects with an Error after `timeoutMs` of real time, even under a manual clock, or with what `condition` throws.
   */
  until<T>(condition: () => T, timeoutMs: number): Promise<Exclude<T, false | null | undefined>> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        try {
          const value = condition();
          if (!isPresent(value)) return;
          stop();
          resolve(value);
        } catch (error) {
          stop();
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      const stop = (): void => {
        clearTimeout(timer);
        remove();
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`condition not met within ${timeoutMs} ms: ${condition.toString()}`));
      }, timeoutMs);
      const remove = this.add(check);
      check();
    });
  }
}

function isPresent<T>(value: T): value is Exclude<T, false | null | undefined> {
  return value !== undefined && value !== null && value !== false;
}
