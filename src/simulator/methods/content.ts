import { type Arguments, optional, type ArgumentRules } from '../arguments.js';
import { MethodError } from '../errors.js';
import type { Ids } from '../ids.js';
import { richText } from '../text.js';
import type { Json, Message } from '../types.js';
import { checkedBlocks, fallbackText, markdownOf } from './blocks.js';

/** https://docs.slack.dev/changelog/2018-truncating-really-long-messages. Slack cuts; the simulator refuses. */
export const MAX_POST_CHARACTERS = 40_000;
/** https://docs.slack.dev/reference/methods/chat.update */
export const MAX_UPDATE_CHARACTERS = 4000;
/** https://docs.slack.dev/reference/methods/chat.postMessage */
export const MAX_MARKDOWN_TEXT_CHARACTERS = 12_000;
const MAX_ATTACHMENTS = 100;

/** The arguments in which a message's content comes. */
export const CONTENT_RULES: ArgumentRules = {
  text: optional('string'),
  blocks: optional('array', 'invalid_blocks_format'),
  markdown_text: optional('string'),
  attachments: optional('array', 'invalid_attachments'),
  metadata: optional('object', 'invalid_metadata_format'),
};

export type Content = Pick<Message, 'text' | 'blocks' | 'markdown' | 'attachments' | 'metadata'>;

/**
 * The content of a message, or undefined if there is none.
 * `markdown_text` is kept as it came, shown as `text` and as one `markdown` block.
 * @throws MethodError `markdown_text_conflict`, `msg_too_long`, `too_many_attachments`, `invalid_metadata_format`,
 *   and what `checkedBlocks` throws
 */
export function contentFrom(args: Arguments, ids: Ids, maxTextCharacters: number): Content | undefined {
  const text = args.string('text') ?? '';
  const markdownText = args.string('markdown_text') ?? '';
  const given = args.array('blocks') ?? [];
  const attachments = args.array('attachments') ?? [];
  if (markdownText !== '' && (text !== '' || given.length > 0)) throw new MethodError('markdown_text_conflict');
  if (text.length > maxTextCharacters) throw new MethodError('msg_too_long');
  if (markdownText.length > MAX_MARKDOWN_TEXT_CHARACTERS) throw new MethodError('msg_too_long');
  if (attachments.length > MAX_ATTACHMENTS) throw new MethodError('too_many_attachments');
  const rest = { ...(attachments.length === 0 ? {} : { attachments }), ...metadataFrom(args) };
  if (markdownText.trim() !== '') return { ...markdownContent(markdownText, ids), ...rest };
  const blocks = checkedBlocks(given, () => ids.blockId());
  if (blocks.length > 0) {
    const markdown = markdownOf(blocks);
    return { text: text === '' ? fallbackText(blocks) : text, blocks, ...(markdown === '' ? {} : { markdown }), ...rest };
  }
  if (text.trim() !== '') return { text, blocks: [richText(text, ids.blockId())], ...rest };
  return attachments.length > 0 ? { text: '', ...rest } : undefined;
}

function markdownContent(markdown: string, ids: Ids): Content {
  return { text: markdown, markdown, blocks: [{ type: 'markdown', block_id: ids.blockId(), text: markdown }] };
}

export function metadataFrom(args: Arguments): { metadata?: Json } {
  const metadata = args.object('metadata');
  if (metadata === undefined) return {};
  if (typeof metadata['event_type'] !== 'string' || typeof metadata['event_payload'] !== 'object') {
    throw new MethodError('invalid_metadata_format');
  }
  return { metadata };
}
