import { isObject, optional, required, type Arguments } from '../arguments.js';
import { invalidArguments, MethodError } from '../errors.js';
import { SESSION_STATUSES } from '../sessions.js';
import type { Channel } from '../types.js';
import { joinedChannel, type Method, type MethodContext } from './method.js';

const MAX_LOADING_MESSAGES = 10;
const MAX_LOADING_CHARACTERS = 50;
const MAX_PROMPTS = 4;
const MAX_TITLE_CHARACTERS = 200;

/** @throws MethodError `invalid_thread_ts` if it is not the root of a thread */
function checkThread(channel: Channel, threadTs: string, { workspace }: MethodContext): void {
  const root = workspace.message(channel.id, threadTs);
  if (root === undefined || root.threadTs !== undefined) throw new MethodError('invalid_thread_ts');
}

function parseLoadingMessages(args: Arguments): string[] {
  const messages = args.array('loading_messages');
  if (messages === undefined) return [];
  const texts = messages.filter((message) => typeof message === 'string');
  const valid =
    texts.length === messages.length && texts.every((text) => text !== '' && text.length <= MAX_LOADING_CHARACTERS);
  if (!valid || texts.length === 0 || texts.length > MAX_LOADING_MESSAGES) {
    throw invalidArguments('must be 1 to 10 strings of 1 to 50 characters [json-pointer:/loading_messages]');
  }
  return texts;
}

const setStatus: Method = {
  name: 'assistant.threads.setStatus',
  token: 'bot',
  tier: 'special',
  rules: {
    channel_id: required('string'),
    thread_ts: required('string'),
    status: required('string'),
    loading_messages: optional('array'),
    username: optional('string'),
    icon_emoji: optional('string'),
    icon_url: optional('string'),
  },
  run(args, context) {
    const channel = joinedChannel(args.required('channel_id'), context);
    const threadTs = args.required('thread_ts');
    checkThread(channel, threadTs, context);
    const status = { text: args.required('status'), loadingMessages: parseLoadingMessages(args) };
    if (status.text === '') context.statuses.clear(channel.id, threadTs);
    else context.statuses.set(channel.id, threadTs, status);
    return {};
  },
};

const setTitle: Method = {
  name: 'assistant.threads.setTitle',
  token: 'bot',
  tier: 'tier4',
  rules: { channel_id: required('string'), thread_ts: required('string'), title: required('string') },
  run(args, context) {
    const channel = joinedChannel(args.required('channel_id'), context);
    checkThread(channel, args.required('thread_ts'), context);
    context.sessions.set(channel.id, args.required('thread_ts'), { title: args.required('title') });
    return {};
  },
};

const setSuggestedPrompts: Method = {
  name: 'assistant.threads.setSuggestedPrompts',
  token: 'bot',
  tier: 'tier4',
  rules: {
    channel_id: required('string'),
    thread_ts: optional('string'),
    prompts: required('array'),
    title: optional('string'),
  },
  run(args, context) {
    const channel = joinedChannel(args.required('channel_id'), context);
    const threadTs = args.string('thread_ts');
    if (threadTs !== undefined) checkThread(channel, threadTs, context);
    const given = args.array('prompts') ?? [];
    const prompts = given.flatMap((prompt) => {
      const { title, message } = isObject(prompt) ? prompt : {};
      return typeof title === 'string' && typeof message === 'string' ? [{ title, message }] : [];
    });
    if (prompts.length < given.length)
      throw invalidArguments('each prompt needs a title and a message [json-pointer:/prompts]');
    if (prompts.length > MAX_PROMPTS)
      throw invalidArguments(`no more than ${MAX_PROMPTS} items allowed [json-pointer:/prompts]`);
    context.sessions.set(channel.id, threadTs ?? '', { prompts });
    return {};
  },
};

const setSessionStatus: Method = {
  name: 'agents.sessions.setStatus',
  token: 'bot',
  tier: 'tier3',
  rules: {
    channel_id: required('string'),
    status: required('string'),
    thread_ts: optional('string'),
    title: optional('string'),
    initiator_user_id: optional('string'),
    username: optional('string'),
    icon_emoji: optional('string'),
    icon_url: optional('string'),
  },
  run(args, context) {
    const channel = joinedChannel(args.required('channel_id'), context, 'not_authorized');
    const status = SESSION_STATUSES.find((known) => known === args.string('status'));
    if (status === undefined) throw new MethodError('invalid_status');
    const threadTs = args.string('thread_ts');
    if (threadTs === undefined) throw new MethodError('thread_ts_required');
    checkThread(channel, threadTs, context);
    const initiator = args.string('initiator_user_id');
    if (initiator !== undefined && !channel.members.has(initiator)) throw new MethodError('user_not_found');
    const title = args.string('title');
    if (title !== undefined && title.length > MAX_TITLE_CHARACTERS) {
      throw invalidArguments(`must be less than ${MAX_TITLE_CHARACTERS + 1} characters [json-pointer:/title]`);
    }
    const isNew = context.sessions.get(channel.id, threadTs) === undefined;
    const session = context.sessions.set(channel.id, threadTs, {
      status,
      ...(isNew && title !== undefined ? { title } : {}),
    });
    return { status: session.status, agent_status: session.status, title: session.title };
  },
};

export const assistantMethods: readonly Method[] = [setStatus, setTitle, setSuggestedPrompts, setSessionStatus];
