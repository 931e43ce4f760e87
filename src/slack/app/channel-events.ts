/** What happens to channels themselves: the bot is added to one, or one gets another name. */
import type { ChannelId } from '../../core/channel.js';
import { teamOf } from '../inbound/events.js';
import { type Fields, fieldsOf, stringOf } from '../inbound/nodes.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import type { EventHandler } from './event-handler.js';

/** https://docs.slack.dev/reference/events/member_joined_channel */
const JOINED = 'member_joined_channel';
/** https://docs.slack.dev/reference/events/channel_rename */
const RENAMED = new Set(['channel_rename', 'group_rename']);
/** Slack's notes of the same in the channel; a channel that became private is named in fewer places. */
const NOTES = /^(?:channel|group)_(?:name|convert_to_private|convert_to_public)$/;

export interface ChannelEventsOptions {
  workspaces: Workspaces;
  /** The bot was added to the channel. `by`: user id, '' if Slack does not say. Stored when it resolves. */
  joined: (channel: ChannelId, by: string) => Promise<void>;
  /** The channel has another name, or is private or public now. */
  renamed: (channel: ChannelId) => void;
}

export function channelEvents({ workspaces, joined, renamed }: ChannelEventsOptions): EventHandler {
  return {
    async handle(body) {
      const event = fieldsOf(fieldsOf(body)['event']);
      const isJoined = event['type'] === JOINED;
      const channel = isJoined ? stringOf(event['channel']) : renamedIn(event);
      if (channel === '') return;
      const team = teamOf(body);
      if (team === undefined) return;
      const { bot } = await workspaces.of(team);
      const place = { team: bot.teamId, channel };
      if (!isJoined) renamed(place);
      else if (event['user'] === bot.userId) await joined(place, stringOf(event['inviter']));
    },
  };
}

/** Id of the channel; '' for every other event. */
function renamedIn({ type, subtype, channel }: Fields): string {
  if (RENAMED.has(stringOf(type))) return stringOf(fieldsOf(channel)['id']);
  return type === 'message' && NOTES.test(stringOf(subtype)) ? stringOf(channel) : '';
}
