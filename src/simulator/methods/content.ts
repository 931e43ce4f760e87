import { type Arguments, isObject, optional, optionalOneOf, type ArgumentRules } from '../arguments.js';
import { MethodError } from '../errors.js';
import type { Ids } from '../ids.js';
import { richText } from '../text.js';
import type { Json, Message } from '../types.js';
import { checkedBlocks, fallbackText } from './blocks.js';
import { readableMarkdown } from './readable.js';

/** https://docs.slack.dev/changelog/2018-truncating-really-long-messages. Slack truncates; the simulator rejects. */
export const MAX_POST_CHARACTERS = 40_000;
/** https://docs.slack.dev/reference/methods/chat.update */
export const MAX_UPDATE_CHARACTERS = 4000;
/** https://docs.slack.dev/reference/methods/chat.postMessage */
export const MAX_MARKDOWN_TEXT_CHARACTERS = 12_000;
const MAX_ATTACHMENTS = 100;

/** Arguments for the content of a message. */
export const CONTENT_RULES: ArgumentRules = {
  text: optional('string'),
  blocks: optional('array', 'invalid_blocks_format'),
  markdown_text: optional('string'),
  attachments: optional('array', 'invalid_attachments'),
};
export const METADATA_RULES: ArgumentRules = { metadata: optional('object', 'invalid_metadata_format') };
/**
 * Arguments for how `text` is parsed. `client` is the default of `chat.update`.
 * https://docs.slack.dev/reference/methods/chat.postEphemeral
 */
export const FORMAT_RULES: ArgumentRules = {
  parse: optionalOneOf('', 'none', 'full', 'mrkdwn', 'client', 'false'),
  link_names: optional('boolean'),
};

/** Content of a message without attachments. */
export type Body = Pick<Message, 'text' | 'blocks' | 'markdown'>;
export type Content = Body & Pick<Message, 'attachments'>;

/**
 * The content of a new message, or undefined if there is none.
 * @throws MethodError what `bodyFrom` and `attachmentsFrom` throw
 */
export function contentFrom(args: Arguments, ids: Ids, maxTextCharacters: number): Content | undefined {
  const body = bodyFrom(args, ids, maxTextCharacters);
  const attachments = attachmentsFrom(args, ids) ?? [];
  if (attachments.length === 0) return body;
  return { ...(body ?? { text: '' }), attachments };
}

/**
 * The body of a message, or undefined if none is given. `markdown_text` is kept verbatim, as `text` and as one
 * `markdown` block.
 * @throws MethodError `markdown_text_conflict`, `msg_too_long`, and what `checkedBlocks` throws
 */
export function bodyFrom(args: Arguments, ids: Ids, maxTextCharacters: number): Body | undefined {
  const text = args.string('text') ?? '';
  const markdownText = args.string('markdown_text') ?? '';
  const given = args.array('blocks') ?? [];
  if (markdownText !== '' && (text !== '' || given.length > 0)) throw new MethodError('markdown_text_conflict');
  if (text.length > maxTextCharacters) throw new MethodError('msg_too_long');
  if (markdownText.length > MAX_MARKDOWN_TEXT_CHARACTERS) throw new MethodError('msg_too_long');
  if (markdownText.trim() !== '') return markdownBody(markdownText, ids);
  const blocks = checkedBlocks(given, () => ids.blockId());
  if (blocks.length > 0) {
    const markdown = readableMarkdown(blocks);
    return { text: text === '' ? fallbackText(blocks) : text, blocks, ...(markdown === '' ? {} : { markdown }) };
  }
  return text.trim() === '' ? undefined : textBody(text, ids);
}

/** A body of plain text, with the `rich_text` block Slack makes from it. */
export function textBody(text: string, ids: Ids): Body {
  return { text, blocks: [richText(text, ids.blockId())] };
}

function markdownBody(markdown: string, ids: Ids): Body {
  return { text: markdown, markdown, blocks: [{ type: 'markdown', block_id: ids.blockId(), text: markdown }] };
}

/**
 * The attachments as stored by Slack, numbered; undefined if the argument is missing.
 * @throws MethodError `too_many_attachments`; `invalid_attachments` if one is not an object or has invalid blocks
 */
export function attachmentsFrom(args: Arguments, ids: Ids): Json[] | undefined {
  const given = args.array('attachments');
  if (given !== undefined && given.length > MAX_ATTACHMENTS) throw new MethodError('too_many_attachments');
  return given?.map((attachment, index) => {
    if (!isObject(attachment)) throw new MethodError('invalid_attachments');
    const stored = { fallback: '[no preview available]', ...attachment, id: index + 1 };
    return attachment['blocks'] === undefined
      ? stored
      : { ...stored, blocks: attachmentBlocks(attachment['blocks'], ids) };
  });
}

function attachmentBlocks(blocks: unknown, ids: Ids): Json[] {
  if (!Array.isArray(blocks)) throw new MethodError('invalid_attachments');
  try {
    return checkedBlocks(blocks, () => ids.blockId());
  } catch (error) {
    if (error instanceof MethodError) throw new MethodError('invalid_attachments', error.details);
    throw error;
  }
}

/** @throws MethodError `invalid_metadata_format` */
export function metadataFrom(args: Arguments): { metadata?: Json } {
  const metadata = args.object('metadata');
  if (metadata === undefined) return {};
  if (typeof metadata['event_type'] !== 'string' || !isObject(metadata['event_payload'])) {
    throw new MethodError('invalid_metadata_format');
  }
  return { metadata };
}
