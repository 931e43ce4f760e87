import type { Arguments, ArgumentRules } from '../arguments.js';
import { MethodError } from '../errors.js';
import type { Ids } from '../ids.js';
import type { Messaging } from '../messaging.js';
import type { RateLimiter, Tier } from '../rate-limiter.js';
import type { ReadCursors } from '../read-cursors.js';
import type { Sessions } from '../sessions.js';
import type { Statuses } from '../statuses.js';
import type { Timers } from '../timers.js';
import { isTs } from '../timestamps.js';
import type { Change, Channel, Json, Message } from '../types.js';
import type { Uploads } from '../uploads.js';
import type { Views } from '../views.js';
import type { BaseUrls } from '../wire.js';
import type { Workspace } from '../workspace.js';

/** Locale of all conversations, for `include_locale`. */
export const LOCALE = 'en-US';

/** Dependencies of the methods. */
export interface MethodContext {
  readonly workspace: Workspace;
  readonly ids: Ids;
  readonly timers: Timers;
  readonly messaging: Messaging;
  readonly statuses: Statuses;
  readonly sessions: Sessions;
  readonly views: Views;
  readonly readCursors: ReadCursors;
  readonly baseUrls: () => BaseUrls;
  readonly uploads: Uploads;
  /** Where uploads are sent. Ends with a slash. */
  readonly uploadsUrl: () => string;
  /** Whether the app has the scope `files:read`. */
  readonly canReadFiles: boolean;
  /** Undefined when rate limits are off. */
  readonly rateLimiter?: RateLimiter;
  /** A new `ws://` URL for Socket Mode. */
  readonly socketUrl: () => string;
  /** For changes that the other dependencies do not report themselves, such as a new conversation. */
  readonly notify: (change: Change) => void;
}

/** A Web API method. Synchronous and atomic: a call takes full effect or, if it throws, none. */
export interface Method {
  readonly name: string;
  /** Kind of token it requires. */
  readonly token: 'bot' | 'app' | 'none';
  readonly tier: Tier;
  readonly rules: ArgumentRules;
  /**
   * @returns the response without `ok`
   * @throws MethodError for a response with `ok: false`
   */
  run(args: Arguments, context: MethodContext): Json;
}

/** The channel, if the app can see it. @throws MethodError `channel_not_found` */
export function visibleChannel(id: string, { workspace }: MethodContext): Channel {
  const channel = workspace.channels.get(id);
  const visible = channel !== undefined && (channel.kind === 'channel' || channel.members.has(workspace.bot.id));
  if (!visible) throw new MethodError('channel_not_found');
  return channel;
}

/** The channel, if the app is a member. @throws MethodError `channel_not_found`, and `notMemberCode` */
export function joinedChannel(id: string, context: MethodContext, notMemberCode = 'not_in_channel'): Channel {
  const channel = visibleChannel(id, context);
  if (!channel.members.has(context.workspace.bot.id)) throw new MethodError(notMemberCode);
  return channel;
}

/**
 * The channel, if the app can post in it.
 * @throws MethodError `channel_not_found`, `not_in_channel`, and `archivedCode`
 */
export function writableChannel(id: string, context: MethodContext, archivedCode = 'is_archived'): Channel {
  const channel = joinedChannel(id, context);
  if (channel.archived) throw new MethodError(archivedCode);
  return channel;
}

/** The DM or group DM with these people, created if necessary. */
export function openConversation(
  people: readonly string[],
  { workspace, notify }: MethodContext,
): { channel: Channel; isNew: boolean } {
  const before = workspace.channels.size;
  const [first] = people;
  const channel = people.length === 1 && first !== undefined ? workspace.openDm(first) : workspace.openGroupDm(people);
  const isNew = workspace.channels.size > before;
  if (isNew) notify({ kind: 'channel', id: channel.id });
  return { channel, isNew };
}

/**
 * The root of the thread to reply in.
 * @throws MethodError `invalid_thread_ts`, `thread_not_found`, and `cannot_reply_to_message` for a reply's `ts`
 */
export function threadRoot(channel: Channel, ts: string, { workspace }: MethodContext): Message {
  if (!isTs(ts)) throw new MethodError('invalid_thread_ts');
  const root = workspace.message(channel.id, ts);
  if (root === undefined) throw new MethodError('thread_not_found');
  if (root.threadTs !== undefined) throw new MethodError('cannot_reply_to_message');
  return root;
}

/** A message that is neither deleted nor ephemeral. @throws MethodError `message_not_found` */
export function existingMessage(channel: Channel, ts: string, { workspace }: MethodContext): Message {
  const message = workspace.message(channel.id, ts);
  if (message === undefined || message.subtype === 'tombstone') throw new MethodError('message_not_found');
  return message;
}
