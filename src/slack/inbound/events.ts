/** From an Events API payload to what it means for a conversation. Pure, and never throws. */
import {
  type ConversationId,
  type ConversationKey,
  DM_TOP_LEVEL,
  isDirect,
  keyOf,
} from '../../core/conversation-id.js';
import type { IncomingMessage } from '../../core/incoming-message.js';
import { blocksName, contentOf } from './content.js';
import { type MessagePayload, messagePayload, type SlackMessage } from './payload.js';
import { mentionsIn } from './text.js';

/** `below`: the thread under a direct message, which is a conversation of its own and may have read that as its beginning. */
export type MessageEvent =
  | { kind: 'said'; message: IncomingMessage }
  /** The message as it is now. `editedTs`: of the event, since Slack's `edited.ts` tells whole seconds. `newlyAsks`: it names the bot, and did not before. */
  | { kind: 'edited'; message: IncomingMessage; editedTs: string; newlyAsks: boolean; below?: ConversationId }
  | { kind: 'deleted'; key: ConversationKey; ts: string; below?: ConversationKey };

/** The bot in one workspace. */
export interface BotIdentity {
  userId: string;
  /** Workspace of the installation, `T…`. */
  teamId: string;
}

export interface EventOptions {
  /** The bot's user id, for payloads that do not say whom they are for. */
  botUserId: string;
  allowExternalUsers: boolean;
}

/** Messages of these subtypes are things that a person said; all others are Slack's own notes or other programs'. */
const SPEECH = new Set([undefined, 'file_share', 'thread_broadcast', 'me_message']);
/** Slack's own accounts. */
const NOT_PEOPLE = new Set(['USLACKBOT', 'USLACK']);

/** Undefined for whatever the bot has to leave alone. */
export function messageFrom(body: unknown, options: EventOptions): MessageEvent | undefined {
  const parsed = messagePayload.safeParse(body);
  if (!parsed.success) return undefined;
  const { event } = parsed.data;
  const bot = botIn(parsed.data, options.botUserId);
  if (event.subtype === 'message_changed') return changed(parsed.data, bot, options.allowExternalUsers);
  if (event.subtype === 'message_deleted') {
    const gone = event.previous_message;
    return gone && event.deleted_ts ? deletion(bot.teamId, event.channel, gone, event.deleted_ts) : undefined;
  }
  if (!isFromPerson(event, bot) || (isExternal(event, bot) && !options.allowExternalUsers)) return undefined;
  const conversation = place(bot.teamId, event.channel, event);
  const message = {
    conversation,
    ts: event.ts,
    author: event.user,
    text: contentOf(event, bot.userId),
    addressed: addressedTo(event, event.channel, bot),
  };
  return { kind: 'said', message };
}

export function isFromPerson(message: SlackMessage, bot: BotIdentity): message is SlackMessage & { user: string } {
  if (message.user === undefined || message.bot_id !== undefined || message.hidden) return false;
  return message.user !== bot.userId && !NOT_PEOPLE.has(message.user) && SPEECH.has(message.subtype);
}

/** Somebody of another workspace, in a channel shared over Slack Connect. */
export function isExternal({ user_team, source_team, team }: SlackMessage, bot: BotIdentity): boolean {
  const home = user_team ?? source_team ?? team;
  return home !== undefined && home !== bot.teamId;
}

/**
 * Only an edit of a person's own makes a turn new: a link preview that arrives, or the bot's own edits coming back,
 * are `message_changed` as well.
 */
function changed({ event }: MessagePayload, bot: BotIdentity, allowExternalUsers: boolean): MessageEvent | undefined {
  const { channel, message, previous_message: previous } = event;
  if (!message) return undefined;
  const conversation = place(bot.teamId, channel, message);
  // A thread's first message that is deleted leaves a tombstone as long as there are replies.
  if (message.subtype === 'tombstone') return deletion(bot.teamId, channel, message, message.ts);
  if (!isFromPerson(message, bot) || !message.edited || (isExternal(message, bot) && !allowExternalUsers))
    return undefined;
  const text = contentOf(message, bot.userId);
  const addressed = addressedTo(message, channel, bot);
  const newlyAsks = addressed === 'bot' && previous !== undefined && addressedTo(previous, channel, bot) !== 'bot';
  const below = threadBelow(bot.teamId, channel, message);
  // The bot's own name is no part of the text.
  if (previous && contentOf(previous, bot.userId) === text && !newlyAsks) return undefined;
  return {
    kind: 'edited',
    message: { conversation, ts: message.ts, author: message.user, text, addressed },
    editedTs: event.ts,
    newlyAsks,
    ...(below && { below }),
  };
}

function botIn({ team_id, authorizations }: MessagePayload, fallbackUserId: string): BotIdentity {
  // In a shared channel `team_id` may be the workspace of whoever wrote; the installation's is the authorization's.
  const [authorization] = authorizations;
  return { userId: authorization?.user_id ?? fallbackUserId, teamId: authorization?.team_id ?? team_id };
}

function place(team: string, channel: string, { ts, thread_ts: thread }: SlackMessage): ConversationId {
  if (thread !== undefined && thread !== ts) return { team, channel, thread };
  return { team, channel, thread: isDirect({ channel }) ? DM_TOP_LEVEL : ts };
}

function threadBelow(
  team: string,
  channel: string,
  { ts, thread_ts: thread }: SlackMessage,
): ConversationId | undefined {
  return isDirect({ channel }) && thread === ts ? { team, channel, thread } : undefined;
}

function deletion(team: string, channel: string, gone: SlackMessage, ts: string): MessageEvent {
  const below = threadBelow(team, channel, gone);
  return { kind: 'deleted', key: keyOf(place(team, channel, gone)), ts, ...(below && { below: keyOf(below) }) };
}

function addressedTo(
  message: SlackMessage & { type?: string },
  channel: string,
  bot: BotIdentity,
): IncomingMessage['addressed'] {
  if (message.type === 'app_mention' || isDirect({ channel })) return 'bot';
  const { people, groups } = mentionsIn(message.text ?? '');
  if (people.has(bot.userId) || blocksName(message.blocks, bot.userId)) return 'bot';
  return people.size > 0 || groups ? 'others' : 'open';
}
