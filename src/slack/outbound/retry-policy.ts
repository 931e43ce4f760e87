import { ReplyError } from '../../core/errors.js';
import type { Clock } from '../../core/ports.js';
import { backoffMs } from '../../core/retry-policy.js';
import { slackFailure } from '../web-api/failure.js';

/** After failing for this long, a reply is left to a later run. Waiting because Slack asks for it does not count. */
const MAX_FAILING_MS = 60_000;
const BACKOFF = { firstMs: 500, longestMs: 8_000 };

/** Refusals that the operator can cure: worth a later run. */
const CURABLE = new Set([
  'invalid_auth',
  'not_authed',
  'token_revoked',
  'token_expired',
  'account_inactive',
  'missing_scope',
  'team_added_to_org',
]);

/** Decides after each failed call of a reply whether to try again, and when. */
export class RetryPolicy {
  private failingSince: number | undefined;
  private failures = 0;

  constructor(private readonly clock: Clock) {}

  /** After a success. */
  reset(): void {
    this.failingSince = undefined;
    this.failures = 0;
  }

  /** Milliseconds before the next attempt. Throws `ReplyError` if there should be none. */
  waitMs(error: unknown): number {
    const failure = slackFailure(error);
    if (failure.kind === 'rate_limited') return failure.afterMs;
    if (failure.kind === 'refused') {
      throw new ReplyError(`Slack refuses: ${failure.code}`, CURABLE.has(failure.code), { cause: error });
    }
    const now = this.clock.now();
    this.failingSince ??= now;
    if (now - this.failingSince > MAX_FAILING_MS) throw new ReplyError('Slack does not answer', true, { cause: error });
    this.failures += 1;
    return backoffMs(BACKOFF, this.failures);
  }
}
