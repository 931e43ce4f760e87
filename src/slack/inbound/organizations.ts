/** Who belongs to the bot's workspace or organization. Pure. https://docs.slack.dev/apis/slack-connect */
import type { BotIdentity } from '../workspaces/workspaces.js';
import type { MessagePayload, SlackMessage } from './payload.js';

type Outer = Omit<MessagePayload, 'event'>;

/**
 * Whether everybody in the event's channel belongs to the bot's organization (Enterprise Grid), whose other workspaces
 * have ids of their own: no other organization shares the channel.
 */
export function isInternal(payload: Outer): boolean {
  return payload.is_ext_shared_channel === false && organizationOf(payload) !== undefined;
}

/** Somebody from another workspace, in a channel shared over Slack Connect. */
export function isExternal({ user_team, source_team, team }: SlackMessage, bot: BotIdentity, payload?: Outer): boolean {
  const home = user_team ?? source_team ?? team;
  if (home === undefined || home === bot.teamId) return false;
  return payload === undefined || (home !== organizationOf(payload) && !isInternal(payload));
}

function organizationOf({ context_enterprise_id, enterprise_id, authorizations }: Outer): string | undefined {
  return context_enterprise_id ?? enterprise_id ?? authorizations[0]?.enterprise_id ?? undefined;
}
