import { type Arguments, optional, required } from '../arguments.js';
import { invalidArguments, MethodError } from '../errors.js';
import { micros } from '../timestamps.js';
import type { Channel, Json, Message } from '../types.js';
import { channelJson, directMessageJson } from '../wire-channels.js';
import { MAX_GROUP } from '../workspace.js';
import { joinedChannel, LOCALE, openConversation, visibleChannel, type Method, type MethodContext } from './method.js';
import { page, pageFields, RANGE_RULES, rangeOf } from './paging.js';

/** https://docs.slack.dev/reference/methods/conversations.history#arg_limit */
const MAX_HISTORY_PAGE = 999;
const MAX_PAGE = 1000;
const HISTORY_PAGE = 100;
const MEMBERS_PAGE = 100;

/** A message in wire format; with its metadata only if `include_all_metadata` is set. */
function messageView(message: Message, args: Arguments, context: MethodContext): Json {
  const json = context.messaging.json(message);
  const withMetadata = args.boolean('include_all_metadata') && message.metadata !== undefined;
  return withMetadata ? { ...json, metadata: message.metadata } : json;
}

/** A conversation in wire format, as the app sees it. */
function channelView(channel: Channel, { workspace, readCursors, messaging }: MethodContext): Json {
  if (channel.kind !== 'im') return channelJson(channel, workspace);
  const messages = workspace.topLevel(channel.id);
  const lastRead = readCursors.last(workspace.bot.id, channel.id);
  const latest = messages.at(-1);
  return directMessageJson(channel, workspace, {
    lastRead,
    latest: latest === undefined ? undefined : messaging.json(latest),
    unread: countUnread(messages, lastRead),
  });
}

function countUnread(messages: readonly Message[], lastRead = '0'): number {
  const read = micros(lastRead) ?? 0;
  return messages.filter(({ ts }) => (micros(ts) ?? 0) > read).length;
}

const history: Method = {
  name: 'conversations.history',
  token: 'bot',
  tier: 'tier3',
  rules: { channel: required('string'), ...RANGE_RULES },
  run(args, context) {
    const channel = joinedChannel(args.required('channel'), context);
    const inRange = rangeOf(args);
    const shown = context.workspace
      .topLevel(channel.id)
      .filter((message) => inRange(message.ts))
      .toReversed();
    const { items, next } = page(shown, (message) => message.ts, args, HISTORY_PAGE, MAX_HISTORY_PAGE);
    const messages = items.map((message) => messageView(message, args, context));
    return { messages, has_more: next !== undefined, pin_count: 0, ...(next === undefined ? {} : pageFields(next)) };
  },
};

const replies: Method = {
  name: 'conversations.replies',
  token: 'bot',
  tier: 'tier3',
  rules: { channel: required('string'), ts: required('string'), ...RANGE_RULES },
  run(args, context) {
    const channel = joinedChannel(args.required('channel'), context);
    const root = context.workspace.message(channel.id, args.required('ts'));
    if (root === undefined) throw new MethodError('thread_not_found');
    const inRange = rangeOf(args);
    const shown = context.workspace.replies(channel.id, root.ts).filter((message) => inRange(message.ts));
    const { items, next } = page(shown, (message) => message.ts, args, MAX_PAGE, MAX_PAGE);
    // Every page starts with the root, even if it is out of range.
    const messages = [root, ...items].map((message) => messageView(message, args, context));
    return { messages, has_more: next !== undefined, ...(next === undefined ? {} : pageFields(next)) };
  },
};

const info: Method = {
  name: 'conversations.info',
  token: 'bot',
  tier: 'tier3',
  rules: { channel: required('string'), include_locale: optional('boolean'), include_num_members: optional('boolean') },
  run(args, context) {
    const channel = visibleChannel(args.required('channel'), context);
    const locale = args.boolean('include_locale') ? { locale: LOCALE } : {};
    const count = args.boolean('include_num_members') ? { num_members: channel.members.size } : {};
    return { channel: { ...channelView(channel, context), ...locale, ...count } };
  },
};

const members: Method = {
  name: 'conversations.members',
  token: 'bot',
  tier: 'tier4',
  rules: { channel: required('string'), cursor: optional('string'), limit: optional('number') },
  run(args, context) {
    const channel = visibleChannel(args.required('channel'), context);
    const { items, next } = page([...channel.members], (id) => id, args, MEMBERS_PAGE, MAX_PAGE);
    return { members: items, ...pageFields(next) };
  },
};

const open: Method = {
  name: 'conversations.open',
  token: 'bot',
  tier: 'tier3',
  rules: {
    channel: optional('string'),
    users: optional('string'),
    return_im: optional('boolean'),
    prevent_creation: optional('boolean'),
  },
  run(args, context) {
    const { channel, isNew } = args.has('channel')
      ? existingDm(args, context)
      : openConversation(parseUsers(args, context), context);
    return {
      ...(isNew ? {} : { no_op: true, already_open: true }),
      channel: args.boolean('return_im') ? channelView(channel, context) : { id: channel.id },
    };
  },
};

/**
 * The DM or group DM named by `channel`.
 * @throws MethodError `invalid_arguments`, `channel_not_found`, `method_not_supported_for_channel_type`
 */
function existingDm(args: Arguments, context: MethodContext): { channel: Channel; isNew: boolean } {
  if (args.has('users')) throw invalidArguments('channel and users cannot be used together');
  const channel = visibleChannel(args.required('channel'), context);
  if (channel.kind !== 'im' && channel.kind !== 'mpim') throw new MethodError('method_not_supported_for_channel_type');
  return { channel, isNew: false };
}

/**
 * The user ids in `users`.
 * @throws MethodError `users_list_not_supplied`, `too_many_users`, `user_not_found`, `cannot_dm_bot`
 */
function parseUsers(args: Arguments, { workspace }: MethodContext): string[] {
  const ids = (args.string('users') ?? '').split(',').map((id) => id.trim());
  const users = new Set(ids.filter((id) => id !== ''));
  if (users.size === 0) throw new MethodError('users_list_not_supplied');
  if (users.size > MAX_GROUP) throw new MethodError('too_many_users');
  const found = [...users].map((id) => workspace.users.get(id));
  if (found.includes(undefined)) throw new MethodError('user_not_found');
  // Not in the reference, but returned by Slack.
  if (found.some((user) => user?.botId !== undefined)) throw new MethodError('cannot_dm_bot');
  return [...users];
}

export const conversationMethods: readonly Method[] = [history, replies, info, members, open];
