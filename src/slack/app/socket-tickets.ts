/** Addresses of sockets, each good for one. https://docs.slack.dev/reference/methods/apps.connections.open */
import { messageOf } from '../../core/errors.js';
import type { Clock } from '../../core/ports.js';
import { settlesWithin } from '../../core/shutdown.js';
import type { slackClient } from '../web-api/client.js';
import { slackFailure } from '../web-api/failure.js';
import { rootCause } from '../workspaces/single.js';

/** A call that hangs would keep the bot deaf. */
const CALL_MS = 8_000;
/** Slack's own pauses are a minute at most. */
const MAX_PAUSE_MS = 120_000;
/** Trying again does not help: the token must be replaced, or gets a scope. */
const TOKEN_REFUSED = new Set([
  'access_denied',
  'account_inactive',
  'app_deactivated',
  'forbidden_team',
  'invalid_auth',
  'missing_args',
  'missing_scope',
  'no_permission',
  'not_allowed_token_type',
  'not_authed',
  'team_disabled',
  'token_expired',
  'token_revoked',
  'user_removed_from_team',
]);
/** Slack's words for why it opens no socket, or ends one. */
const REASONS: Record<string, string> = {
  link_disabled: 'Socket Mode is off: turn it on in your app\'s settings, under "Socket Mode"',
  refresh_requested: 'Slack renews it',
  too_many_websockets:
    'the app has ten sockets open, and Slack allows no more (too_many_websockets): run at most ten processes, or use HTTP',
  warning: 'Slack renews it',
};

/** No socket was opened. `afterMs`: Slack wants no call for this long. */
export class NoTicketError extends Error {
  override readonly name = 'NoTicketError';
  constructor(
    message: string,
    readonly afterMs: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The URL of a socket. Throws `NoTicketError`. `client`: with the app token. */
export async function socketUrl(client: ReturnType<typeof slackClient>, clock: Clock): Promise<string> {
  let url: string | undefined;
  const ask = async (): Promise<void> => {
    ({ url } = await client.apps.connections.open({}));
  };
  try {
    if (!(await settlesWithin(CALL_MS, ask(), clock))) throw new Error(`no answer in ${CALL_MS / 1_000} seconds`);
  } catch (error) {
    const failure = slackFailure(error);
    const afterMs = failure.kind === 'rate_limited' ? Math.min(failure.afterMs, MAX_PAUSE_MS) : 0;
    throw new NoTicketError(`apps.connections.open: ${wordsFor(error)}`, afterMs, { cause: error });
  }
  if (url === undefined || !URL.canParse(url))
    throw new NoTicketError('apps.connections.open: no address in the answer', 0);
  return url;
}

/** The code with which Slack refused the token; undefined for any other failure. */
export function tokenRefusal(error: unknown): string | undefined {
  const failure = slackFailure(error instanceof NoTicketError ? error.cause : error);
  return failure.kind === 'refused' && TOKEN_REFUSED.has(failure.code) ? failure.code : undefined;
}

/** Slack's reason for ending a socket, in words. */
export function inWords(reason: string): string {
  return (Object.hasOwn(REASONS, reason) && REASONS[reason]) || reason || 'no reason given';
}

function wordsFor(error: unknown): string {
  const failure = slackFailure(error);
  if (failure.kind === 'rate_limited') return 'Slack asks to wait (HTTP 429)';
  if (failure.kind === 'refused') return inWords(failure.code);
  return messageOf(rootCause(error));
}
