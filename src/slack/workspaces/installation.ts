import { WebAPIRequestError, WebClient } from '@slack/web-api';
import type { Clock, Logger } from '../../core/ports.js';
import { slackFailure } from '../web-api/failure.js';
import { boltLogger } from '../web-api/logging.js';

/** The bot in the workspace that its token is of. */
export interface SlackInstallation {
  botToken: string;
  botId: string;
  botUserId: string;
  teamId: string;
}

/** The token is no good: trying again is no help. */
export class SlackTokenError extends Error {
  override readonly name = 'SlackTokenError';
}

/** A call that hangs is given up after this, or a reply would hang with it; Slack's own limit is unknown. */
const CALL_TIMEOUT_MS = 15_000;

/** A client that reports every failure at once: whoever calls paces itself. */
export function slackClient(token: string, apiUrl: string | undefined, logger: Logger): WebClient {
  return new WebClient(token, {
    // Whoever calls reports what fails.
    logger: { ...boltLogger(logger), warn() {} },
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: CALL_TIMEOUT_MS,
    ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
  });
}

/** Who the token is. Throws `SlackTokenError` when Slack refuses it, and an `Error` when Slack has not answered by `deadline`. */
export async function findInstallation(
  client: WebClient,
  deadline: number,
  clock: Clock,
  logger: Logger,
): Promise<SlackInstallation> {
  const botToken = client.token ?? '';
  for (let wait = 1_000; ; wait = Math.min(wait * 2, 10_000)) {
    try {
      const { bot_id: botId, user_id: botUserId, team_id: teamId } = await client.auth.test();
      if (!botId || !botUserId || !teamId)
        throw new SlackTokenError("SLACK_BOT_TOKEN is not a bot's token: it has no bot user");
      return { botToken, botId, botUserId, teamId };
    } catch (error) {
      if (error instanceof SlackTokenError) throw error;
      const failure = slackFailure(error);
      if (failure.kind === 'refused') {
        throw new SlackTokenError(
          `Slack refuses SLACK_BOT_TOKEN (${failure.code}). Copy it anew from your app's page, "OAuth & Permissions"`,
          { cause: error },
        );
      }
      const pause = failure.kind === 'rate_limited' ? failure.afterMs : wait;
      if (clock.now() + pause > deadline) {
        throw new Error(
          `Slack cannot be reached (${rootOf(error).message}): check the network, and SLACK_API_URL if it is set`,
          { cause: error },
        );
      }
      logger.warn({ reason: rootOf(error).message }, 'Slack cannot be reached; trying again');
      await clock.sleep(pause);
    }
  }
}

/** What lies at the bottom of an error: "getaddrinfo ENOTFOUND slack.com" says more than "fetch failed". */
function rootOf(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const inner = error instanceof WebAPIRequestError ? error.original : error.cause;
  return inner instanceof Error ? rootOf(inner) : error;
}
