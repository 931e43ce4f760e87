import type { Arguments, ArgumentRules } from '../arguments.js';
import { MethodError } from '../errors.js';
import type { Ids } from '../ids.js';
import type { Messaging } from '../messaging.js';
import type { RateLimiter, Tier } from '../rate-limiter.js';
import type { ReadCursors } from '../read-cursors.js';
import type { Sessions } from '../sessions.js';
import type { Statuses } from '../statuses.js';
import { isTs } from '../timestamps.js';
import type { Timers } from '../timers.js';
import type { Change, Channel, Json, Message } from '../types.js';
import type { BaseUrls } from '../wire.js';
import type { Workspace } from '../workspace.js';

/** Everybody's, and every conversation's: what `include_locale` asks for. */
export const LOCALE = 'en-US';

/** What the methods work on. */
export interface MethodContext {
  readonly workspace: Workspace;
  readonly ids: Ids;
  readonly timers: Timers;
  readonly messaging: Messaging;
  readonly statuses: Statuses;
  readonly sessions: Sessions;
  readonly readCursors: ReadCursors;
  readonly baseUrls: () => BaseUrls;
  /** Only when limits are enforced. */
  readonly rateLimiter?: RateLimiter;
  /** A fresh `ws://` address for Socket Mode. */
  readonly socketUrl: () => string;
  /** For what neither `messaging` nor the others notify of themselves: a new conversation. */
  readonly notify: (change: Change) => void;
}

/** One method of the Web API. Runs at once and whole: a call takes effect entirely or, when it throws, not at all. */
export interface Method {
  readonly name: string;
  /** Whose token it takes. */
  readonly token: 'bot' | 'app' | 'none';
  readonly tier: Tier;
  readonly rules: ArgumentRules;
  /**
   * @returns the answer without `ok`
   * @throws MethodError for an answer with `ok: false`
   */
  run(args: Arguments, context: MethodContext): Json;
}

/** The channel, if the app may know of it. @throws MethodError `channel_not_found` */
export function visibleChannel(id: string, { workspace }: MethodContext): Channel {
  const channel = workspace.channels.get(id);
  const visible = channel !== undefined && (channel.kind === 'channel' || channel.members.has(workspace.bot.id));
  if (!visible) throw new MethodError('channel_not_found');
  return channel;
}

/** The channel, if the app is in it. @throws MethodError `channel_not_found`, and `notMemberCode`'s */
export function joinedChannel(id: string, context: MethodContext, notMemberCode = 'not_in_channel'): Channel {
  const channel = visibleChannel(id, context);
  if (!channel.members.has(context.workspace.bot.id)) throw new MethodError(notMemberCode);
  return channel;
}

/** The channel, if the app may write in it. @throws MethodError `channel_not_found`, `not_in_channel`, and `archivedCode`'s */
export function writableChannel(id: string, context: MethodContext, archivedCode = 'is_archived'): Channel {
  const channel = joinedChannel(id, context);
  if (channel.archived) throw new MethodError(archivedCode);
  return channel;
}

/** The DM or group DM with these people, made if there is none. */
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
 * The root of the thread to write in.
 * @throws MethodError `invalid_thread_ts`, `thread_not_found`, and `cannot_reply_to_message` for a reply's `ts`
 */
export function threadRoot(channel: Channel, ts: string, { workspace }: MethodContext): Message {
  if (!isTs(ts)) throw new MethodError('invalid_thread_ts');
  const root = workspace.message(channel.id, ts);
  if (root === undefined) throw new MethodError('thread_not_found');
  if (root.threadTs !== undefined) throw new MethodError('cannot_reply_to_message');
  return root;
}

/** @throws MethodError `message_not_found` */
export function existingMessage(channel: Channel, ts: string, { workspace }: MethodContext): Message {
  const message = workspace.message(channel.id, ts);
  if (message === undefined || message.subtype === 'tombstone') throw new MethodError('message_not_found');
  return message;
}
