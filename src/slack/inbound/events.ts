/** Translates an Events API payload into what happened in a conversation. Pure, and never throws. */
import { type ConversationId, type ConversationKey, DM_TOP_LEVEL, keyOf } from '../../core/conversation-id.js';
import type { IncomingMessage } from '../../core/incoming-message.js';
import type { DmReplies } from '../../core/settings.js';
import { isDirectMessage } from '../channels.js';
import type { BotIdentity } from '../workspaces/workspaces.js';
import { blocksName, contentOf, mentionsOf } from './content.js';
import { eventContext, mentionPayload, type MessagePayload, messagePayload, type SlackMessage } from './payload.js';
import { isUnknownSubtype, WRITTEN } from './subtypes.js';
import { mentionsIn } from './text.js';

/**
 * `alsoIn`: the other conversation that may hold a message of a DM's top level. As `DM_REPLIES` may have been changed since,
 * it is in the thread that it begins, in the DM's one conversation, or in both.
 */
export type MessageEvent =
  /** `unknownSubtype`: of a kind of message that this version does not know. */
  | { kind: 'said'; message: IncomingMessage; unknownSubtype?: string }
  /**
   * `message`: as it is now. `editedTs`: the event's, because Slack's `edited.ts` has whole seconds only. `newlyAsks`: it
   * names the bot, and did not before.
   */
  | { kind: 'edited'; message: IncomingMessage; editedTs: string; newlyAsks: boolean; alsoIn?: ConversationId }
  | { kind: 'deleted'; key: ConversationKey; ts: string; alsoIn?: ConversationKey };

export interface EventOptions {
  bot: BotIdentity;
  allowExternalUsers: boolean;
  dmReplies: DmReplies;
}

/** Slack's own accounts. */
const NOT_PEOPLE = new Set(['USLACKBOT', 'USLACK']);

/**
 * The workspace that an event's channel belongs to; undefined if the payload names none. In a shared channel, `team_id`
 * and `authorizations` vary with who wrote and through which installation Slack delivers.
 */
export function teamOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('event' in body)) return undefined;
  const { data } = eventContext.safeParse(body);
  return data?.context_team_id ?? data?.authorizations[0]?.team_id ?? data?.team_id;
}

/** Undefined if the event is none of the bot's business. */
export function messageFrom(body: unknown, options: EventOptions): MessageEvent | undefined {
  const { bot, allowExternalUsers } = options;
  const { data } = messagePayload.safeParse(body);
  if (!data) return undefined;
  const { event } = data;
  if (event.subtype === 'message_changed') return editFrom(data, options);
  if (event.subtype === 'message_deleted') {
    const gone = event.previous_message;
    return gone && event.deleted_ts ? deletion(options, event.channel, gone, event.deleted_ts) : undefined;
  }
  if (!isFromPerson(event, bot) || (isExternal(event, bot) && !allowExternalUsers)) return undefined;
  const message = {
    conversation: conversationOf(options, event.channel, event),
    ts: event.ts,
    author: event.user,
    text: contentOf(event, bot.userId),
    addressed: addressedTo(event, event.channel, bot),
  };
  const { subtype } = event;
  return {
    kind: 'said',
    message,
    ...(subtype !== undefined && isUnknownSubtype(subtype) && { unknownSubtype: subtype }),
  };
}

/** An edit that adds a mention, and an invitation after one, send their `app_mention` later than the message. */
const MAX_TWIN_LAG_S = 1;

/**
 * Whether the event is an `app_mention` besides which Slack sends the same post as `message`. The `message` is the
 * complete one: only it has files. After an invitation there is none: the bot was not there when the message was posted.
 * https://docs.slack.dev/reference/events/app_mention
 */
export function alsoComesAsMessage(body: unknown): boolean {
  // Most events are no mentions, and a parse that fails is slow.
  if (!isMention(body)) return false;
  const { data } = mentionPayload.safeParse(body);
  return data !== undefined && data.event_time - Math.floor(Number(data.event.ts)) <= MAX_TWIN_LAG_S;
}

function isMention(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || !('event' in body)) return false;
  const { event } = body;
  return typeof event === 'object' && event !== null && 'type' in event && event.type === 'app_mention';
}

export function isFromPerson(message: SlackMessage, bot: BotIdentity): message is SlackMessage & { user: string } {
  if (message.user === undefined || message.bot_id !== undefined || message.hidden) return false;
  if (message.user === bot.userId || NOT_PEOPLE.has(message.user)) return false;
  return WRITTEN.has(message.subtype) || (isUnknownSubtype(message.subtype) && namesBot(message, bot));
}

/** Somebody from another workspace, in a channel shared over Slack Connect. */
export function isExternal({ user_team, source_team, team }: SlackMessage, bot: BotIdentity): boolean {
  const home = user_team ?? source_team ?? team;
  return home !== undefined && home !== bot.teamId;
}

/** Only a person's own edit changes a turn. An arriving link preview and the bot's own edits are `message_changed` too. */
function editFrom({ event }: MessagePayload, options: EventOptions): MessageEvent | undefined {
  const { bot, allowExternalUsers } = options;
  const { channel, message, previous_message: previous } = event;
  if (!message) return undefined;
  // A deleted thread root leaves a tombstone as long as it has replies.
  if (message.subtype === 'tombstone') return deletion(options, channel, message, message.ts);
  if (!isFromPerson(message, bot) || !message.edited) return undefined;
  if (isExternal(message, bot) && !allowExternalUsers) return undefined;
  const text = contentOf(message, bot.userId);
  const addressed = addressedTo(message, channel, bot);
  const newlyAsks = addressed === 'bot' && previous !== undefined && addressedTo(previous, channel, bot) !== 'bot';
  // A mention that opens the text is not part of it, so adding one leaves the text as it was.
  if (previous && contentOf(previous, bot.userId) === text && !newlyAsks) return undefined;
  const conversation = conversationOf(options, channel, message);
  const alsoIn = otherConversationOf(options, channel, message);
  return {
    kind: 'edited',
    message: { conversation, ts: message.ts, author: message.user, text, addressed },
    editedTs: event.ts,
    newlyAsks,
    ...(alsoIn && { alsoIn }),
  };
}

function conversationOf({ bot, dmReplies }: EventOptions, channel: string, message: SlackMessage): ConversationId {
  const isFlat = dmReplies === 'flat' && isTopLevelOfDm(channel, message);
  return { team: bot.teamId, channel, thread: isFlat ? DM_TOP_LEVEL : (message.thread_ts ?? message.ts) };
}

function otherConversationOf(
  options: EventOptions,
  channel: string,
  message: SlackMessage,
): ConversationId | undefined {
  if (!isTopLevelOfDm(channel, message)) return undefined;
  return conversationOf({ ...options, dmReplies: options.dmReplies === 'flat' ? 'thread' : 'flat' }, channel, message);
}

/** A thread's first message carries its own `ts` as `thread_ts` once it has replies. */
function isTopLevelOfDm(channel: string, { ts, thread_ts: thread }: SlackMessage): boolean {
  return isDirectMessage(channel) && (thread === undefined || thread === ts);
}

function deletion(options: EventOptions, channel: string, gone: SlackMessage, ts: string): MessageEvent {
  const key = keyOf(conversationOf(options, channel, gone));
  const alsoIn = otherConversationOf(options, channel, gone);
  return { kind: 'deleted', key, ts, ...(alsoIn && { alsoIn: keyOf(alsoIn) }) };
}

function namesBot(message: SlackMessage, bot: BotIdentity): boolean {
  return mentionsIn(message.text ?? '').people.has(bot.userId) || blocksName(message.blocks, bot.userId);
}

function addressedTo(
  message: SlackMessage & { type?: string },
  channel: string,
  bot: BotIdentity,
): IncomingMessage['addressed'] {
  if (message.type === 'app_mention' || isDirectMessage(channel)) return 'bot';
  const { people, groups } = mentionsOf(message);
  if (namesBot(message, bot)) return 'bot';
  return people.size > 0 || groups ? 'others' : 'open';
}
