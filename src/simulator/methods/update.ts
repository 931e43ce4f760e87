import { optional, required, type Arguments } from '../arguments.js';
import { MethodError } from '../errors.js';
import type { Ids } from '../ids.js';
import type { Message } from '../types.js';
import {
  attachmentsFrom,
  bodyFrom,
  CONTENT_RULES,
  FORMAT_RULES,
  MAX_UPDATE_CHARACTERS,
  METADATA_RULES,
  metadataFrom,
  textBody,
  type Body,
  type Content,
} from './content.js';
import { existingMessage, writableChannel, type Method, type MethodContext } from './method.js';

const update: Method = {
  name: 'chat.update',
  token: 'bot',
  tier: 'tier3',
  rules: {
    channel: required('string'),
    ts: required('string'),
    ...CONTENT_RULES,
    ...METADATA_RULES,
    ...FORMAT_RULES,
    reply_broadcast: optional('boolean'),
  },
  run(args, context) {
    const channel = writableChannel(args.required('channel'), context, 'is_inactive');
    const message = existingMessage(channel, args.required('ts'), context);
    if (message.user !== context.workspace.bot.id) throw new MethodError('cant_update_message');
    if (message.streaming === 'live') throw new MethodError('streaming_state_conflict');
    const content = newContent(args, message, context);
    const broadcasts = newlyBroadcast(args, message);
    if (broadcasts && content !== undefined) throw new MethodError('no_dual_broadcast_content_update');
    if (!broadcasts && content === undefined) throw new MethodError('no_text');
    const metadata = newMetadata(args, message);
    context.messaging.change(message, () => {
      if (broadcasts) message.subtype = 'thread_broadcast';
      if (content !== undefined) {
        replaceContent(message, content);
        message.edited = editedBy(message, context);
      }
      delete message.metadata;
      Object.assign(message, metadata);
    });
    return { channel: channel.id, ts: message.ts, text: message.text, message: context.messaging.json(message) };
  },
};

/** @throws MethodError `cant_broadcast_message` if the message is not a reply */
function newlyBroadcast(args: Arguments, message: Message): boolean {
  if (!args.boolean('reply_broadcast')) return false;
  if (message.threadTs === undefined) throw new MethodError('cant_broadcast_message');
  return message.subtype !== 'thread_broadcast';
}

/**
 * The message's content after the update, or undefined if the call has no content. A new `text` removes the old
 * blocks; attachments stay unless new ones or an empty list are given.
 * https://docs.slack.dev/reference/methods/chat.update#usage
 * @throws MethodError `no_text` if nothing would be left, and what `bodyFrom` and `attachmentsFrom` throw
 */
function newContent(args: Arguments, message: Message, { ids }: MethodContext): Content | undefined {
  const body = bodyFrom(args, ids, MAX_UPDATE_CHARACTERS);
  if (body === undefined && !args.has('blocks') && !args.has('attachments')) return undefined;
  const attachments = attachmentsFrom(args, ids) ?? message.attachments ?? [];
  const shown = body ?? (args.has('blocks') ? withoutBlocks(message, ids) : bodyOf(message));
  if (shown.text.trim() === '' && shown.blocks === undefined && attachments.length === 0)
    throw new MethodError('no_text');
  return { ...shown, ...(attachments.length === 0 ? {} : { attachments }) };
}

function bodyOf({ text, blocks, markdown }: Message): Body {
  return { text, ...(blocks === undefined ? {} : { blocks }), ...(markdown === undefined ? {} : { markdown }) };
}

function withoutBlocks({ text }: Message, ids: Ids): Body {
  return text.trim() === '' ? { text } : textBody(text, ids);
}

function replaceContent(message: Message, content: Content): void {
  delete message.blocks;
  delete message.markdown;
  delete message.attachments;
  delete message.streamed;
  Object.assign(message, content);
}

/**
 * Metadata after the update: kept if not given, removed by an empty object.
 * @throws MethodError `invalid_metadata_format`
 */
function newMetadata(args: Arguments, message: Message): Pick<Message, 'metadata'> {
  const given = args.object('metadata');
  if (given === undefined) return message.metadata === undefined ? {} : { metadata: message.metadata };
  return Object.keys(given).length === 0 ? {} : metadataFrom(args);
}

/** The edit time is in whole seconds; for an app's edit, `user` is its bot id. */
function editedBy(message: Message, context: MethodContext): { user: string; ts: string } {
  return { user: message.botId ?? message.user, ts: `${Math.floor(context.timers.now() / 1000)}.000000` };
}

export const updateMethods: readonly Method[] = [update];
