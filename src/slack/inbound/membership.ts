/**
 * Whether who wrote a message is one of us: of the bot's workspace, or of another one in the same organization (Enterprise
 * Grid). The rest are guests of a channel that is shared over Slack Connect. Pure.
 * https://docs.slack.dev/apis/events-api/#callback-field
 */
import type { BotIdentity } from '../workspaces/workspaces.js';
import type { EventContext, SlackMessage } from './payload.js';

/** `unsure`: of another workspace than the bot, which may belong to the same organization. */
export type Membership = 'ours' | 'external' | 'unsure';

type Author = Pick<SlackMessage, 'user_team' | 'source_team' | 'team'>;

/** The author's workspace `T…`, or organization `E…`; undefined where Slack names none, in direct messages for example. */
export function homeOf({ user_team: userTeam, source_team: sourceTeam, team }: Author): string | undefined {
  return userTeam ?? sourceTeam ?? team;
}

/** `context`: of the event. Messages that are read back have none, and the same rule holds for them. */
export function membershipOf(author: Author, bot: BotIdentity, context?: EventContext): Membership {
  const home = homeOf(author);
  if (home === undefined || (home === bot.teamId && isKnownAsOurs(home, bot, context))) return 'ours';
  const organization = organizationOf(bot, context);
  if (organization === undefined) return 'external';
  if (isOrganization(home)) return home === organization ? 'ours' : 'external';
  // Nobody from outside is in such a channel.
  if (context?.is_ext_shared_channel === false) return 'ours';
  // In a shared channel, these two say who wrote.
  const { team_id: team, enterprise_id: enterprise } = context ?? {};
  if (team === home && enterprise !== undefined) return enterprise === organization ? 'ours' : 'external';
  return 'unsure';
}

/**
 * Where a whole organization installed the bot, the event names the workspace: in a channel that others share, its `team_id`
 * may be theirs.
 */
function isKnownAsOurs(home: string, { enterpriseId }: BotIdentity, context?: EventContext): boolean {
  if (enterpriseId === undefined || context === undefined || context.is_ext_shared_channel === false) return true;
  return context.context_team_id === home || context.authorizations.some(({ team_id: team }) => team === home);
}

export function isOrganization(id: string): boolean {
  return id.startsWith('E');
}

/** The bot's organization; undefined if its workspace belongs to none. */
function organizationOf({ teamId, enterpriseId }: BotIdentity, context?: EventContext): string | undefined {
  const own = enterpriseId ?? (isOrganization(teamId) ? teamId : undefined);
  const installed = context?.authorizations.find(({ enterprise_id: enterprise }) => enterprise)?.enterprise_id;
  if (own !== undefined || installed || context?.is_ext_shared_channel !== false) return own ?? installed ?? undefined;
  return context.context_enterprise_id ?? context.enterprise_id;
}
