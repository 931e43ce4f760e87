/** Translates an Events API payload into what happened in a conversation. Pure, and never throws. */
import { type ConversationId, type ConversationKey, DM_TOP_LEVEL, keyOf } from '../../core/conversation-id.js';
import type { IncomingMessage } from '../../core/incoming-message.js';
import type { DmReplies } from '../../core/settings.js';
import { isDirectMessage } from '../channels.js';
import type { BotIdentity } from '../workspaces/workspaces.js';
import { type Author, authorOf, namesBot } from './authors.js';
import { contentOf, filesOf, mentionsOf, withoutPreviews } from './content.js';
import { missingFiles } from './gone-files.js';
import { homeOf, isOrganization, membershipOf } from './membership.js';
import { fieldsOf, listOf, stringOf } from './nodes.js';
import { mentionPayload, type MessagePayload, messagePayload, type SlackMessage } from './payload.js';
import { isUnknownSubtype } from './subtypes.js';

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
  /** `author`: if a person wrote it, and Slack says who. `inChannel`: as in `IncomingMessage`. */
  | { kind: 'deleted'; key: ConversationKey; ts: string; author?: string; inChannel?: true; alsoIn?: ConversationKey };

export interface EventOptions {
  bot: BotIdentity;
  allowExternalUsers: boolean;
  /** Whether a post of Workflow Builder that names the bot asks it. */
  answerWorkflows?: boolean;
  dmReplies: DmReplies;
}

/**
 * The workspace that an event's channel belongs to; undefined if the payload names none. In a shared channel, `team_id`
 * and `authorizations` vary with who wrote and through which installation Slack delivers.
 */
export function teamOf(body: unknown): string | undefined {
  const fields = fieldsOf(body);
  if (!('event' in fields)) return undefined;
  // Every event comes by here: a parse would take as long as all the rest.
  const installation = fieldsOf(listOf(fields['authorizations'])[0]);
  const named = [fields['context_team_id'], installation['team_id'], fields['team_id']].map(stringOf).filter(Boolean);
  // An installation for a whole organization may name only that.
  const organizations = [fields['context_enterprise_id'], installation['enterprise_id'], fields['enterprise_id']];
  return named.find((id) => !isOrganization(id)) ?? [...named, ...organizations.map(stringOf)].find(Boolean);
}

/** Undefined if the event is none of the bot's business. */
export function messageFrom(body: unknown, options: EventOptions): MessageEvent | undefined {
  const read = readEvent(body, options);
  return read?.kind === 'external' ? undefined : read;
}

/** A message or edit that is ignored because of who wrote it. `unsure`: unless they are of the same organization. */
export interface ExternalEvent {
  kind: 'external';
  home: string;
  channel: string;
  user: string;
  unsure: boolean;
}

/** As `messageFrom`, which also tells what is ignored because its author is external. */
export function readEvent(body: unknown, options: EventOptions): MessageEvent | ExternalEvent | undefined {
  const { data } = messagePayload.safeParse(body);
  if (!data) return undefined;
  const { event } = data;
  if (event.subtype === 'message_changed') return editFrom(data, options);
  if (event.subtype === 'message_deleted') {
    const { channel, deleted_ts: ts, previous_message: gone } = event;
    return ts === undefined ? undefined : deletion(options, channel, { ...gone, ts }, gone);
  }
  const message = incoming(event, data, options);
  if (!message || 'kind' in message) return message;
  // The `message` of the same post says more about an app, and it asks nothing that could not wait.
  if (message.from !== undefined && event.type === 'app_mention') return undefined;
  const { subtype } = event;
  return {
    kind: 'said',
    message,
    ...(message.from === undefined &&
      subtype !== undefined &&
      isUnknownSubtype(subtype) && { unknownSubtype: subtype }),
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

/** Undefined if nobody wrote it whom the bot reads. */
function incoming(
  message: SlackMessage & { type?: string },
  payload: MessagePayload,
  options: EventOptions,
): IncomingMessage | ExternalEvent | undefined {
  const { bot, allowExternalUsers, answerWorkflows = false } = options;
  const author = authorOf(message, bot);
  if (!author) return undefined;
  const { channel } = payload.event;
  const membership = allowExternalUsers ? 'ours' : membershipOf(message, bot, payload);
  if (membership !== 'ours') {
    const unsure = membership === 'unsure' && author.kind === 'person';
    return { kind: 'external', home: homeOf(message) ?? '', channel, user: author.id, unsure };
  }
  const addressed = addressedTo(message, channel, bot);
  const files = filesOf(message);
  const from = isHeard(author, addressed, answerWorkflows) ? author.kind : 'app';
  return {
    conversation: conversationOf(options, channel, message),
    ts: message.ts,
    author: author.id,
    ...(author.name !== undefined && { name: author.name }),
    text: contentOf(message, bot.userId),
    ...(files.length > 0 && { files }),
    // Nobody is asked by an app.
    addressed: from === 'app' ? 'open' : addressed,
    ...(from !== 'person' && { from }),
    ...(isInChannel(channel, message) && { inChannel: true as const }),
  };
}

/** Whether it can ask the bot something. */
function isHeard({ kind }: Author, addressed: IncomingMessage['addressed'], answerWorkflows: boolean): boolean {
  return kind === 'person' || (kind === 'workflow' && addressed === 'bot' && answerWorkflows);
}

/**
 * Slack marks as `edited` what a person wrote anew, but neither the removal of a file nor all that apps rewrite. An arriving
 * link preview and the bot's own edits are `message_changed` too, and change no turn.
 */
function editFrom(payload: MessagePayload, options: EventOptions): MessageEvent | ExternalEvent | undefined {
  const { channel, message: now, previous_message: previous, ts: editedTs } = payload.event;
  const { bot } = options;
  if (!now) return undefined;
  // A deleted thread root leaves a tombstone as long as it has replies.
  if (now.subtype === 'tombstone') return deletion(options, channel, now, previous);
  if (!now.edited && (!previous || saysTheSame(withoutPreviews(previous), withoutPreviews(now), bot))) return undefined;
  const message = incoming(now, payload, options);
  // Of a kind that is read only while it names the bot.
  if (!message) return previous && authorOf(previous, bot) ? deletion(options, channel, now, previous) : undefined;
  if ('kind' in message) return message;
  const wasAsked = previous === undefined || addressedTo(previous, channel, bot) === 'bot';
  // Apps rewrite their posts at will: a post that asks when it comes does not ask again.
  const newlyAsks = message.from === undefined && message.addressed === 'bot' && !wasAsked;
  // A mention that opens the text is not part of it, so adding one leaves the text as it was.
  if (previous && saysTheSame(previous, now, bot) && !newlyAsks) return undefined;
  const alsoIn = otherConversationOf(options, channel, now);
  return { kind: 'edited', message, editedTs, newlyAsks, ...(alsoIn && { alsoIn }) };
}

function saysTheSame(one: SlackMessage, other: SlackMessage, { userId }: BotIdentity): boolean {
  return contentOf(one, userId) === contentOf(other, userId) && missingFiles(one, other).length === 0;
}

/** What tells where in its channel a message is. */
type Place = Pick<SlackMessage, 'ts'> & Partial<Pick<SlackMessage, 'thread_ts' | 'subtype'>>;

/** A thread's reply that was also sent to the channel is read there as well. */
function isInChannel(channel: string, { ts, thread_ts: thread, subtype }: Place): boolean {
  const isOutsideThreads = thread === undefined || thread === ts || subtype === 'thread_broadcast';
  return isOutsideThreads && !isDirectMessage(channel);
}

function conversationOf({ bot, dmReplies }: EventOptions, channel: string, message: Place): ConversationId {
  const isFlat = dmReplies === 'flat' && isTopLevelOfDm(channel, message);
  return { team: bot.teamId, channel, thread: isFlat ? DM_TOP_LEVEL : (message.thread_ts ?? message.ts) };
}

function otherConversationOf(options: EventOptions, channel: string, message: Place): ConversationId | undefined {
  if (!isTopLevelOfDm(channel, message)) return undefined;
  return conversationOf({ ...options, dmReplies: options.dmReplies === 'flat' ? 'thread' : 'flat' }, channel, message);
}

/** A thread's first message carries its own `ts` as `thread_ts` once it has replies. */
function isTopLevelOfDm(channel: string, { ts, thread_ts: thread }: Place): boolean {
  return isDirectMessage(channel) && (thread === undefined || thread === ts);
}

/**
 * Slack's reference shows a deletion without the message, which is `before`: then it counts as one outside threads.
 */
function deletion(options: EventOptions, channel: string, gone: Place, before?: SlackMessage): MessageEvent {
  const { ts } = gone;
  const author = before && authorOf(before, options.bot);
  const key = keyOf(conversationOf(options, channel, gone));
  const alsoIn = otherConversationOf(options, channel, gone);
  return {
    kind: 'deleted',
    key,
    ts,
    ...(author?.kind === 'person' && { author: author.id }),
    ...(isInChannel(channel, gone) && { inChannel: true as const }),
    ...(alsoIn && { alsoIn: keyOf(alsoIn) }),
  };
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
