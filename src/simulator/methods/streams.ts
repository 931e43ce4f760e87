import { isObject, optional, optionalOneOf, required, type Arguments } from '../arguments.js';
import { MethodError } from '../errors.js';
import { SESSION_STATUSES } from '../sessions.js';
import type { Channel, Json, Message } from '../types.js';
import { checkedBlocks } from './blocks.js';
import { appMessage } from './chat.js';
import { MAX_MARKDOWN_TEXT_CHARACTERS, metadataFrom } from './content.js';
import { existingMessage, threadRoot, writableChannel, type Method, type MethodContext } from './method.js';

/** Measured: Slack closes a stream about five minutes after its start, even an active one. */
const STREAM_LIFETIME_MS = 300_000;
/** Measured: Slack's limit for a streamed message is between 10,600 and 11,300 bytes. */
const MAX_STREAMED_BYTES = 11_000;
const CHUNK_TYPES = new Set(['markdown_text', 'task_update', 'plan_update', 'blocks']);
const TASK_STATUSES = new Set(['pending', 'in_progress', 'complete', 'error']);
const CONTENT_RULES = { markdown_text: optional('string'), chunks: optional('array', 'invalid_chunks') };

/** The content that one call adds to a stream. */
interface StreamDelta {
  /** Undefined if the call has no content. */
  readonly mode: Message['streamMode'];
  readonly markdown: string;
  readonly otherChunks: readonly Json[];
}

/** @throws MethodError `msg_too_long`, `markdown_text_conflict`, `invalid_chunks`, and what `checkedBlocks` throws */
function parseDelta(args: Arguments, context: MethodContext): StreamDelta {
  const markdown = args.string('markdown_text') ?? '';
  const chunks = args.array('chunks');
  if (chunks !== undefined && args.has('markdown_text')) throw new MethodError('markdown_text_conflict');
  if (markdown.length > MAX_MARKDOWN_TEXT_CHARACTERS) throw new MethodError('msg_too_long');
  const checked = (chunks ?? []).map((chunk) => checkedChunk(chunk, context));
  const texts = checked.filter(isText).map((chunk) => String(chunk['text']));
  const mode = chunks !== undefined ? 'chunks' : args.has('markdown_text') ? 'markdown_text' : undefined;
  return { mode, markdown: markdown + texts.join(''), otherChunks: checked.filter((chunk) => !isText(chunk)) };
}

function isText(chunk: Json): boolean {
  return chunk['type'] === 'markdown_text';
}

function checkedChunk(chunk: unknown, context: MethodContext): Json {
  if (!isObject(chunk) || typeof chunk['type'] !== 'string' || !CHUNK_TYPES.has(chunk['type']))
    throw new MethodError('invalid_chunks');
  const requiredFields = {
    markdown_text: ['text'],
    plan_update: ['title'],
    task_update: ['id', 'title', 'status'],
    blocks: [],
  }[chunk['type']];
  if (requiredFields?.some((name) => typeof chunk[name] !== 'string') === true) throw new MethodError('invalid_chunks');
  if (chunk['type'] === 'task_update' && !TASK_STATUSES.has(String(chunk['status'])))
    throw new MethodError('invalid_chunks');
  if (chunk['type'] !== 'blocks') return chunk;
  if (!Array.isArray(chunk['blocks'])) throw new MethodError('invalid_chunks');
  return { ...chunk, blocks: checkedBlocks(chunk['blocks'], () => context.ids.blockId()) };
}

/** @throws MethodError `streaming_mode_mismatch`, and `msg_too_long` if the stream would exceed its limit */
function checkFits(message: Message | undefined, { mode, markdown }: StreamDelta): void {
  if (mode && message?.streamMode && mode !== message.streamMode) throw new MethodError('streaming_mode_mismatch');
  const bytes = Buffer.byteLength((message?.markdown ?? '') + markdown);
  if (bytes > MAX_STREAMED_BYTES) throw new MethodError('msg_too_long');
}

function append(message: Message, { mode, markdown, otherChunks }: StreamDelta): void {
  if (mode) message.streamMode ??= mode;
  message.markdown = (message.markdown ?? '') + markdown;
  message.text = message.markdown;
  const streamed = message.streamed ?? [];
  for (const chunk of otherChunks) {
    const index = streamed.findIndex((known) => known['type'] === chunk['type'] && known['id'] === chunk['id']);
    if (chunk['type'] === 'blocks' || index < 0) streamed.push(chunk);
    else streamed[index] = chunk;
  }
  if (streamed.length > 0) message.streamed = streamed;
}

/** Sets the message's blocks from its streamed content. `closing` blocks go last. */
function render(message: Message, closing: readonly Json[], context: MethodContext): void {
  const blocks: Json[] = [];
  for (const chunk of message.streamed ?? []) {
    const { type, ...rest } = chunk;
    if (type === 'task_update') blocks.push({ ...rest, type: 'task_card', block_id: context.ids.blockId() });
    if (type === 'plan_update') blocks.push({ ...rest, type: 'plan', block_id: context.ids.blockId() });
    if (type === 'blocks' && Array.isArray(chunk['blocks'])) blocks.push(...chunk['blocks'].filter(isObject));
  }
  if (message.markdown !== undefined && message.markdown !== '') {
    blocks.push({ type: 'markdown', block_id: context.ids.blockId(), text: message.markdown });
  }
  message.blocks = [...blocks, ...closing];
}

/** @throws MethodError `missing_recipient_team_id`, `missing_recipient_user_id`, `user_not_found` */
function checkRecipient(args: Arguments, channel: Channel, { workspace }: MethodContext): void {
  const user = args.string('recipient_user_id');
  if (user !== undefined && !workspace.users.has(user)) throw new MethodError('user_not_found');
  if (channel.kind === 'im') return;
  if (user === undefined) throw new MethodError('missing_recipient_user_id');
  if (!args.has('recipient_team_id')) throw new MethodError('missing_recipient_team_id');
}

const startStream: Method = {
  name: 'chat.startStream',
  token: 'bot',
  tier: 'tier2',
  rules: {
    channel: required('string'),
    thread_ts: required('string'),
    ...CONTENT_RULES,
    recipient_user_id: optional('string'),
    recipient_team_id: optional('string'),
    task_display_mode: optionalOneOf('timeline', 'plan'),
    username: optional('string'),
    icon_emoji: optional('string'),
    icon_url: optional('string'),
  },
  run(args, context) {
    const channel = writableChannel(args.required('channel'), context);
    checkRecipient(args, channel, context);
    const root = threadRoot(channel, args.required('thread_ts'), context);
    const delta = parseDelta(args, context);
    checkFits(undefined, delta);
    const message = appMessage(channel, { text: '' }, context);
    message.threadTs = root.ts;
    message.streaming = 'live';
    append(message, delta);
    render(message, [], context);
    context.messaging.post(message);
    context.timers.after(STREAM_LIFETIME_MS, () => expire(message, context));
    return { channel: channel.id, ts: message.ts };
  },
};

function expire(message: Message, context: MethodContext): void {
  const deleted = context.workspace.message(message.channel, message.ts) === undefined;
  if (message.streaming !== 'live' || deleted) return;
  context.messaging.change(message, () => {
    message.streaming = 'expired';
    render(message, [], context);
  });
}

/**
 * The live stream named by the arguments.
 * @param endedCode error code for a message that is not a live stream
 * @throws MethodError `message_not_found`, `message_not_owned_by_app`, `endedCode`, or from `writableChannel`
 */
function liveStream(args: Arguments, context: MethodContext, endedCode: (message: Message) => string): Message {
  const channel = writableChannel(args.required('channel'), context);
  const message = existingMessage(channel, args.required('ts'), context);
  if (message.user !== context.workspace.bot.id) throw new MethodError('message_not_owned_by_app');
  if (message.streaming !== 'live') throw new MethodError(endedCode(message));
  return message;
}

const appendStream: Method = {
  name: 'chat.appendStream',
  token: 'bot',
  tier: 'tier4',
  rules: { channel: required('string'), ts: required('string'), ...CONTENT_RULES },
  run(args, context) {
    const message = liveStream(args, context, ({ streaming }) =>
      streaming === 'stopped_by_user' ? 'stopped_by_user' : 'message_not_in_streaming_state',
    );
    const delta = parseDelta(args, context);
    if (delta.markdown === '' && delta.otherChunks.length === 0) throw new MethodError('no_text');
    checkFits(message, delta);
    context.messaging.changeWithoutEvent(message, () => {
      append(message, delta);
      render(message, [], context);
    });
    return { channel: message.channel, ts: message.ts };
  },
};

/** What a session is once a stream has ended. @throws MethodError `invalid_status` */
function sessionStatusFrom(args: Arguments): (typeof SESSION_STATUSES)[number] {
  const given = args.string('session_status') ?? 'active';
  const status = SESSION_STATUSES.find((known) => known === given);
  if (status === undefined) throw new MethodError('invalid_status');
  return status;
}

const stopStream: Method = {
  name: 'chat.stopStream',
  token: 'bot',
  tier: 'tier2',
  rules: {
    channel: required('string'),
    ts: required('string'),
    ...CONTENT_RULES,
    blocks: optional('array', 'invalid_blocks_format'),
    metadata: optional('object', 'invalid_metadata_format'),
    session_status: optional('string'),
  },
  run(args, context) {
    const message = liveStream(args, context, () => 'message_not_in_streaming_state');
    const delta = parseDelta(args, context);
    const status = sessionStatusFrom(args);
    const closing = checkedBlocks(args.array('blocks') ?? [], () => context.ids.blockId());
    const metadata = metadataFrom(args);
    checkFits(message, delta);
    context.messaging.change(message, () => {
      append(message, delta);
      render(message, closing, context);
      message.streaming = 'stopped';
      Object.assign(message, metadata);
    });
    const { channel, threadTs = '' } = message;
    if (context.sessions.get(channel, threadTs)) context.sessions.set(channel, threadTs, { status });
    return { channel: message.channel, ts: message.ts, message: context.messaging.json(message) };
  },
};

export const streamMethods: readonly Method[] = [startStream, appendStream, stopStream];
