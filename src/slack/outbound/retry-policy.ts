import { ReplyError, StaleRunError } from '../../core/errors.js';
import type { Clock } from '../../core/ports.js';
import { backoffMs } from '../../core/retry-policy.js';
import { isCurable, refusalOf, slackFailure } from '../web-api/failure.js';

/** After failing for this long, a reply is left to a later run. Waiting because Slack asks for it does not count. */
const MAX_FAILING_MS = 60_000;
/** Nobody knows what the code means: it may pass, and people wait for the answer. */
const MAX_UNKNOWN_MS = 15_000;
/** Slack may want more than a run should wait: it is left to a later one. */
const LONGEST_PAUSE_MS = 5 * 60_000;
/** All pauses together, if no call succeeds in between. */
const LONGEST_PAUSES_MS = 10 * 60_000;
const BACKOFF = { firstMs: 500, longestMs: 8_000 };

/** Decides after each failed call of a reply whether to try again, and when. */
export class RetryPolicy {
  private failingSince: number | undefined;
  private failures = 0;
  private pausesMs = 0;

  constructor(private readonly clock: Clock) {}

  /** After a success. */
  reset(): void {
    this.failingSince = undefined;
    this.failures = 0;
    this.pausesMs = 0;
  }

  /** Milliseconds before the next attempt. Throws `ReplyError` if there should be none. */
  waitMs(error: unknown): number {
    const failure = slackFailure(error);
    if (failure.kind === 'rate_limited') {
      this.pausesMs += failure.afterMs;
      if (failure.afterMs <= LONGEST_PAUSE_MS && this.pausesMs <= LONGEST_PAUSES_MS) return failure.afterMs;
      throw new ReplyError('Slack asks to wait for too long', true, { cause: error });
    }
    const isUnknown = refusalOf(error)?.meaning === 'unknown';
    if (failure.kind === 'refused' && !isUnknown) {
      throw new ReplyError(`Slack refuses: ${failure.code}`, isCurable(error), { cause: error });
    }
    const now = this.clock.now();
    this.failingSince ??= now;
    const failingMs = now - this.failingSince;
    if (failure.kind === 'refused' && failingMs > MAX_UNKNOWN_MS)
      throw new ReplyError(`Slack refuses: ${failure.code}`, false, { cause: error });
    if (failingMs > MAX_FAILING_MS) throw new ReplyError('Slack does not answer', true, { cause: error });
    this.failures += 1;
    return backoffMs(BACKOFF, this.failures);
  }
}

/** The result of `call`, tried as the policy says. Throws what the policy throws, the signal's reason, and what is no failure of Slack's. */
export async function retrying<T>(call: () => Promise<T>, clock: Clock, signal: AbortSignal): Promise<T> {
  const policy = new RetryPolicy(clock);
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (error instanceof StaleRunError || error instanceof ReplyError) throw error;
      await clock.sleep(policy.waitMs(error), signal);
    }
  }
}
