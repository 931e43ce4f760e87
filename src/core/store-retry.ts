import { StaleRunError } from './errors.js';
import type { Clock } from './ports.js';
import { STORE_RETRY } from './retry-policy.js';

/**
 * The result of `write`, tried again for a while when the store fails: what it stores is visible or paid for already.
 * `onRetry` is called before each wait. Throws the last failure, `StaleRunError` at once, and the signal's reason.
 */
export async function untilStored<T>(
  write: () => Promise<T>,
  clock: Clock,
  signal: AbortSignal,
  onRetry: (error: unknown) => void,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (attempt === STORE_RETRY.attempts || error instanceof StaleRunError) throw error;
      onRetry(error);
      await clock.sleep(STORE_RETRY.everyMs, signal);
    }
  }
}
