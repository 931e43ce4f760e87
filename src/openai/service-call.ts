/** Calls of services that answer once, and not as a stream: in bounded time, and tried again where that may help. */
import { ModelError } from '../core/errors.js';
import type { Clock, Logger } from '../core/ports.js';
import { type Backoff, backoffMs } from '../core/retry-policy.js';
import { BrokenStream, modelFailure } from './problems.js';

interface TimeLimit {
  clock: Clock;
  /** Of all attempts together. */
  timeoutMs: number;
}

interface RetryOptions extends TimeLimit {
  logger: Logger;
  maxAttempts: number;
  backoff: Backoff;
  /** Never part of an error. */
  secrets: readonly string[];
  /** Says in the log what failed, and is tried again. */
  failed: string;
}

/** Throws the reason of `stop` when that aborts, and `BrokenStream` with the sentence `late` when the time is up. */
export async function inTime<T>(
  { clock, timeoutMs }: TimeLimit,
  late: string,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // Not `AbortSignal.any`: `stop` may live as long as the process.
  const ended = new AbortController();
  const end = (): void => ended.abort(stop.reason);
  stop.addEventListener('abort', end, { once: true });
  const limit = clock.sleep(timeoutMs, ended.signal).then(
    () => ended.abort(new BrokenStream(late)),
    () => {},
  );
  try {
    if (stop.aborted) end();
    return await work(ended.signal);
  } catch (error) {
    stop.throwIfAborted();
    throw error;
  } finally {
    stop.removeEventListener('abort', end);
    ended.abort();
    await limit;
  }
}

/** Throws `ModelError`, which is not tried again where `attempt` throws one, and the reason of `signal`. */
export async function retried<T>(
  { clock, logger, timeoutMs, maxAttempts, backoff, secrets, failed }: RetryOptions,
  signal: AbortSignal,
  attempt: () => Promise<T>,
): Promise<T> {
  const deadline = clock.now() + timeoutMs;
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ModelError) throw error;
      const failure = modelFailure(error, clock.now(), secrets);
      const waitMs = Math.max(failure.afterMs ?? 0, backoffMs(backoff, count));
      if (!failure.retry || count === maxAttempts || clock.now() + waitMs >= deadline) throw failure.error;
      logger.warn({ attempt: count, status: failure.status, waitMs, reason: failure.error.message }, failed);
      await clock.sleep(waitMs, signal);
    }
  }
}
