import { type Arguments, optional, required } from '../arguments.js';
import { MethodError } from '../errors.js';
import type { Json, Message } from '../types.js';
import { channelJson } from '../wire.js';
import { joinedChannel, visibleChannel, type Method, type MethodContext } from './method.js';
import { page, pageFields, RANGE_RULES, rangeOf } from './paging.js';

const MAX_PAGE = 1000;
const HISTORY_PAGE = 100;
const MEMBERS_PAGE = 100;
/** Besides the app itself. https://docs.slack.dev/reference/methods/conversations.open */
const MAX_GROUP = 8;

/** Metadata is shown only to those who ask for it. */
function shownMessage(message: Message, args: Arguments, context: MethodContext): Json {
  const json = context.messaging.json(message);
  const withMetadata = args.boolean('include_all_metadata') && message.metadata !== undefined;
  return withMetadata ? { ...json, metadata: message.metadata } : json;
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
      .messages(channel.id)
      .filter((message) => message.ephemeralTo === undefined)
      .filter((message) => message.threadTs === undefined || message.subtype === 'thread_broadcast')
      .filter((message) => inRange(message.ts))
      .toReversed();
    const { items, next } = page(shown, (message) => message.ts, args, HISTORY_PAGE, MAX_PAGE);
    const messages = items.map((message) => shownMessage(message, args, context));
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
    // The root opens every page, whatever the range.
    const messages = [root, ...items].map((message) => shownMessage(message, args, context));
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
    const count = args.boolean('include_num_members') ? { num_members: channel.members.size } : {};
    return { channel: { ...channelJson(channel, context.workspace), ...count } };
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
    const { workspace } = context;
    const given = args.string('channel');
    const known = given === undefined ? undefined : visibleChannel(given, context);
    const users = [...new Set((args.string('users') ?? '').split(',').map((id) => id.trim()).filter((id) => id !== ''))];
    if (known === undefined && users.length === 0) throw new MethodError('users_list_not_supplied');
    if (known !== undefined && users.length > 0) throw new MethodError('invalid_user_combination');
    if (users.length > MAX_GROUP) throw new MethodError('too_many_users');
    if (users.some((id) => !workspace.users.has(id))) throw new MethodError('user_not_found');
    const [first] = users;
    const channel =
      known ?? (users.length === 1 && first !== undefined ? workspace.directMessage(first) : workspace.groupMessage(users));
    return { channel: args.boolean('return_im') ? channelJson(channel, workspace) : { id: channel.id } };
  },
};

export const conversationMethods: readonly Method[] = [history, replies, info, members, open];
