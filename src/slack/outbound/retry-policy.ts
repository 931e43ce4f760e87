import { ReplyError } from '../../core/errors.js';
import type { Clock } from '../../core/ports.js';
import { slackFailure } from '../web-api/failure.js';

/** How long Slack may fail before a reply is left to a later try. Waiting because Slack asks for it does not count. */
const PATIENCE_MS = 60_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8_000;

/** Refusals that whoever runs the bot can cure: worth trying again later. */
const CURABLE = new Set([
  'invalid_auth',
  'not_authed',
  'token_revoked',
  'token_expired',
  'account_inactive',
  'missing_scope',
  'team_added_to_org',
]);

/** Decides after each failed call whether to go on, and after how long. */
export class RetryPolicy {
  private failingSince: number | undefined;
  private failures = 0;

  constructor(private readonly clock: Clock) {}

  reset(): void {
    this.failingSince = undefined;
    this.failures = 0;
  }

  /** Milliseconds to wait before the next try. Throws `ReplyError` when there should be none. */
  waitMs(error: unknown): number {
    const failure = slackFailure(error);
    if (failure.kind === 'rate_limited') return failure.afterMs;
    if (failure.kind === 'refused')
      throw new ReplyError(`Slack refuses: ${failure.code}`, CURABLE.has(failure.code), { cause: error });
    const now = this.clock.now();
    this.failingSince ??= now;
    if (now - this.failingSince > PATIENCE_MS) throw new ReplyError('Slack does not answer', true, { cause: error });
    this.failures += 1;
    return Math.min(FIRST_RETRY_MS * 2 ** (this.failures - 1), LONGEST_RETRY_MS);
  }
}
