/** What people say in a channel without the bot: it is read when somebody names the bot there. */
import type { ConversationId } from './conversation-id.js';
import type { PersonTurn } from './turn.js';

/** A channel or a group DM. */
export type ChannelId = Pick<ConversationId, 'team' | 'channel'>;

/** `<team>:<channel>` */
type ChannelKey = string;

export function channelKeyOf({ team, channel }: ChannelId): ChannelKey {
  return `${team}:${channel}`;
}

/** Undefined for what is no key of a channel, such as the key of a conversation. */
export function channelOf(key: string): ChannelId | undefined {
  const [team, channel, ...rest] = key.split(':');
  return team && channel && rest.length === 0 ? { team, channel } : undefined;
}

/** A message in one of its versions. */
export interface ChannelMessage {
  ts: string;
  /** Text order is the order of versions, whatever the order of delivery: a newer one replaces an older one. */
  version: string;
  /** Undefined: removed. */
  turn?: PersonTurn;
}

/** Settings of what is kept of a channel. */
export interface ChannelSettings {
  /** Messages before a mention that are given with it; 0: none, and nothing is kept. */
  readonly messages: number;
  /** Older messages are neither kept nor read. */
  readonly hours: number;
}

/** Upper bound of `ChannelSettings.hours`. A message can be copied into conversations that begin this much later. */
export const MAX_CHANNEL_HOURS = 168;
/** UTF-8 bytes of all messages kept of a channel. */
export const MAX_CHANNEL_BYTES = 64_000;
/** Deleted messages of a channel that are remembered, so that a late delivery does not bring them back. */
export const MAX_CHANNEL_REMOVED = 200;

/** Only a part of it came; the whole replaces it. */
const PART = '';
const WHOLE = '0';
/** Sorts after the `ts` of any edit. */
const REMOVED = '9';

/** The version that a message has when it is said. */
export function saidVersion({ isPartial }: { isPartial?: true }): string {
  return isPartial ? PART : WHOLE;
}

export function removedMessage(ts: string): ChannelMessage {
  return { ts, version: REMOVED };
}

/** Whether `message` replaces what is known of it. */
export function replaces(message: ChannelMessage, known: ChannelMessage | undefined): boolean {
  return known === undefined || known.version < message.version;
}
