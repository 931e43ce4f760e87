import { optional, required, type Arguments } from '../arguments.js';
import { invalidArguments, MethodError } from '../errors.js';
import type { Message } from '../types.js';
import { CONTENT_RULES, contentFrom, MAX_UPDATE_CHARACTERS, type Content } from './content.js';
import { foundMessage, writableChannel, type Method, type MethodContext } from './method.js';

const update: Method = {
  name: 'chat.update',
  token: 'bot',
  tier: 'tier3',
  rules: {
    channel: required('string'),
    ts: required('string'),
    ...CONTENT_RULES,
    parse: optional('string'),
    link_names: optional('boolean'),
    reply_broadcast: optional('boolean'),
  },
  run(args, context) {
    const channel = writableChannel(args.required('channel'), context);
    const message = foundMessage(channel, args.required('ts'), context);
    if (message.user !== context.workspace.bot.id) throw new MethodError('cant_update_message');
    if (message.streaming === 'live') throw new MethodError('streaming_state_conflict');
    if (args.boolean('reply_broadcast') && message.threadTs === undefined) throw new MethodError('cant_broadcast_message');
    const content = newContent(args, context);
    context.messaging.change(message, () => {
      replaceContent(message, content);
      if (args.boolean('reply_broadcast')) message.subtype = 'thread_broadcast';
      message.edited = editedBy(message, context);
    });
    return { channel: channel.id, ts: message.ts, text: message.text, message: context.messaging.json(message) };
  },
};

function newContent(args: Arguments, context: MethodContext): Content {
  const content = contentFrom(args, context.ids, MAX_UPDATE_CHARACTERS);
  if (content !== undefined) return content;
  if (!['text', 'blocks', 'markdown_text', 'attachments'].some((name) => args.has(name))) {
    throw invalidArguments('must provide one of text, blocks, markdown_text or attachments');
  }
  throw new MethodError('no_text');
}

/** What is not given goes, but for metadata, which stays: https://docs.slack.dev/reference/methods/chat.update */
function replaceContent(message: Message, content: Content): void {
  delete message.blocks;
  delete message.markdown;
  delete message.attachments;
  delete message.streamed;
  Object.assign(message, content);
}

/** Slack stamps an edit with whole seconds, and an app's edit with its bot's id. */
function editedBy(message: Message, context: MethodContext): { user: string; ts: string } {
  return { user: message.botId ?? message.user, ts: `${Math.floor(context.timers.now() / 1000)}.000000` };
}

export const updateMethods: readonly Method[] = [update];
