import { WebAPIRequestError, type WebClient } from '@slack/web-api';
import type { Clock, Logger } from '../../core/ports.js';
import { backoffMs } from '../../core/retry-policy.js';
import { slackFailure } from '../web-api/failure.js';
import type { Workspaces } from './workspaces.js';

/** The token is invalid: trying again does not help. */
export class SlackTokenError extends Error {
  override readonly name = 'SlackTokenError';
}

const START_BACKOFF = { firstMs: 1_000, longestMs: 10_000 };

/**
 * The one workspace, or the one organization, that the client's token belongs to. Throws `SlackTokenError` if Slack
 * refuses the token, and an `Error` if Slack has not answered by `deadline`, milliseconds since 1970.
 */
export async function singleWorkspace(
  client: WebClient,
  deadline: number,
  clock: Clock,
  logger: Logger,
): Promise<Workspaces> {
  const { isOrganization, ...bot } = await identify(client, deadline, clock, logger);
  // A token of a whole organization works in each of its workspaces.
  return { of: async (team) => ({ client, bot: isOrganization ? { ...bot, teamId: team } : bot }) };
}

interface Identity {
  userId: string;
  botId: string;
  teamId: string;
  enterpriseId?: string;
  isOrganization: boolean;
}

async function identify(client: WebClient, deadline: number, clock: Clock, logger: Logger): Promise<Identity> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const {
        bot_id: botId,
        user_id: userId,
        team_id: teamId,
        enterprise_id: enterprise,
        is_enterprise_install: isInstalledInOrganization,
      } = await client.auth.test();
      if (!botId || !userId || !teamId) {
        throw new SlackTokenError('SLACK_BOT_TOKEN is not a bot token: it has no bot user');
      }
      const namesOrganization = teamId.startsWith('E');
      const enterpriseId = enterprise || (namesOrganization ? teamId : undefined);
      return {
        userId,
        botId,
        teamId,
        ...(enterpriseId !== undefined && { enterpriseId }),
        isOrganization: isInstalledInOrganization === true || namesOrganization,
      };
    } catch (error) {
      if (error instanceof SlackTokenError) throw error;
      const failure = slackFailure(error);
      if (failure.kind === 'refused') {
        const hint = 'Copy it again from your app\'s page, "OAuth & Permissions"';
        throw new SlackTokenError(`Slack refuses SLACK_BOT_TOKEN (${failure.code}). ${hint}`, { cause: error });
      }
      const reason = rootCause(error).message;
      const pause = failure.kind === 'rate_limited' ? failure.afterMs : backoffMs(START_BACKOFF, attempt);
      if (clock.now() + pause > deadline) {
        const hint = 'check the network, and HTTPS_PROXY and SLACK_API_URL if they are set';
        throw new Error(`cannot reach Slack (${reason}): ${hint}`, { cause: error });
      }
      logger.warn({ reason }, 'cannot reach Slack, retrying');
      await clock.sleep(pause);
    }
  }
}

/** The innermost error: "getaddrinfo ENOTFOUND slack.com" says more than "fetch failed". */
export function rootCause(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const inner = error instanceof WebAPIRequestError ? error.original : error.cause;
  return inner instanceof Error ? rootCause(inner) : error;
}
