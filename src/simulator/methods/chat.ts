import { optional, required, type Arguments } from '../arguments.js';
import { MethodError } from '../errors.js';
import type { Channel, Message } from '../types.js';
import {
  CONTENT_RULES,
  contentFrom,
  FORMAT_RULES,
  MAX_POST_CHARACTERS,
  METADATA_RULES,
  metadataFrom,
  type Content,
} from './content.js';
import {
  existingMessage,
  joinedChannel,
  openConversation,
  threadRoot,
  visibleChannel,
  writableChannel,
  type Method,
  type MethodContext,
} from './method.js';

/** Arguments that set the author name and icon of a message. */
export const AUTHOR_RULES = {
  username: optional('string'),
  icon_emoji: optional('string'),
  icon_url: optional('string'),
};

/** The channel to post in. A user id means the DM with that person. */
function destination(args: Arguments, context: MethodContext): Channel {
  const id = args.required('channel');
  const person = context.workspace.users.get(id);
  if (person === undefined) return writableChannel(id, context);
  if (person.botId !== undefined) throw new MethodError('channel_not_found');
  return openConversation([id], context).channel;
}

/** Creates a message by the app. Does not add it to the workspace. */
export function appMessage(
  channel: Channel,
  content: Content & Pick<Message, 'metadata'>,
  context: MethodContext,
): Message {
  const { bot } = context.workspace;
  return {
    channel: channel.id,
    ts: context.workspace.nextTs(),
    user: bot.id,
    ...(bot.botId === undefined ? {} : { botId: bot.botId }),
    ...(bot.appId === undefined ? {} : { appId: bot.appId }),
    ...content,
    reactions: [],
  };
}

/** Content of a new message. @throws MethodError `no_text` if there is none, and what `contentFrom` throws */
export function requiredContent(args: Arguments, context: MethodContext): Content {
  const content = contentFrom(args, context.ids, MAX_POST_CHARACTERS);
  if (content === undefined) throw new MethodError('no_text');
  return content;
}

const postMessage: Method = {
  name: 'chat.postMessage',
  token: 'bot',
  tier: 'special',
  rules: {
    channel: required('string'),
    ...CONTENT_RULES,
    ...METADATA_RULES,
    ...AUTHOR_RULES,
    ...FORMAT_RULES,
    thread_ts: optional('string'),
    reply_broadcast: optional('boolean'),
    mrkdwn: optional('boolean'),
    unfurl_links: optional('boolean'),
    unfurl_media: optional('boolean'),
  },
  run(args, context) {
    const channel = destination(args, context);
    const message = appMessage(channel, { ...requiredContent(args, context), ...metadataFrom(args) }, context);
    const threadTs = args.string('thread_ts');
    if (threadTs !== undefined) {
      message.threadTs = threadRoot(channel, threadTs, context).ts;
      if (args.boolean('reply_broadcast')) message.subtype = 'thread_broadcast';
    }
    const username = args.string('username');
    if (username !== undefined) message.username = username;
    context.messaging.post(message);
    return { channel: channel.id, ts: message.ts, message: context.messaging.json(message) };
  },
};

const remove: Method = {
  name: 'chat.delete',
  token: 'bot',
  tier: 'tier3',
  rules: { channel: required('string'), ts: required('string') },
  run(args, context) {
    const channel = joinedChannel(args.required('channel'), context);
    const message = existingMessage(channel, args.required('ts'), context);
    if (message.user !== context.workspace.bot.id) throw new MethodError('cant_delete_message');
    context.messaging.remove(message);
    return { channel: channel.id, ts: message.ts };
  },
};

const getPermalink: Method = {
  name: 'chat.getPermalink',
  token: 'bot',
  tier: 'special',
  rules: { channel: required('string'), message_ts: required('string') },
  run(args, context) {
    const channel = visibleChannel(args.required('channel'), context);
    const message = existingMessage(channel, args.required('message_ts'), context);
    const thread = message.threadTs === undefined ? '' : `?thread_ts=${message.threadTs}&cid=${channel.id}`;
    const path = `archives/${channel.id}/p${message.ts.replace('.', '')}${thread}`;
    return { channel: channel.id, permalink: `https://${context.workspace.team.domain}.slack.com/${path}` };
  },
};

export const chatMethods: readonly Method[] = [postMessage, remove, getPermalink];
