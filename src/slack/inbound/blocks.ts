/** Reads the blocks of a message. Pure. https://docs.slack.dev/reference/block-kit/blocks */
import { chartText } from './charts.js';
import { type Fields, fieldsOf, lines, listOf, stringOf } from './nodes.js';
import { richText } from './rich-text.js';
import { linkText, readMarkdown, readPlain, readText } from './text.js';

/** Where blocks and elements of other kinds than the known ones keep their words, in reading order. */
const WORDS = [
  'title',
  'subtitle',
  'text',
  'body',
  'label',
  'description',
  'details',
  'fields',
  'rows',
  'elements',
  'blocks',
  'tasks',
  'cards',
  'child_blocks',
  'output',
  'accessory',
  'actions',
  'caption',
  'alt_text',
  'hint',
] as const;
/** Elements whose choices are always in sight. */
const OPEN_CHOICES = new Set<unknown>(['radio_buttons', 'checkboxes']);

/** The words of the blocks, each block on lines of its own. */
export function blocksText(blocks: readonly unknown[]): string {
  return lines(blocks.map((block) => nodeText(block)));
}

export function isTable(block: unknown): boolean {
  return fieldsOf(block)['type'] === 'table';
}

export function isRichText(block: unknown): boolean {
  return fieldsOf(block)['type'] === 'rich_text';
}

function nodeText(node: unknown): string {
  if (typeof node === 'string') return readText(node);
  if (Array.isArray(node)) return blocksText(node as unknown[]);
  return typeof node === 'object' && node !== null ? blockText(node as Fields) : '';
}

function blockText(block: Fields): string {
  const { type, text } = block;
  const below = (...parts: unknown[]): string => blocksText(parts);
  const beside = (parts: unknown): string =>
    listOf(parts)
      .map((part) => nodeText(part))
      .filter((part) => part !== '')
      .join(' ');
  switch (type) {
    case 'mrkdwn':
      return readText(stringOf(text));
    case 'plain_text':
    case 'raw_text':
      return readPlain(stringOf(text));
    case 'rich_text':
      return richText(block);
    case 'markdown':
      return readMarkdown(stringOf(text));
    case 'section':
      return below(text, ...listOf(block['fields']), block['accessory']);
    case 'context':
    case 'actions':
      return beside(block['elements']);
    // Buttons under a bot's answer, to rate it for example.
    case 'context_actions':
    case 'divider':
      return '';
    case 'image':
      return imageText(block);
    case 'video':
      return below(linkText(stringOf(block['title_url']), below(block['title'])), block['description']);
    case 'table':
      return tableText(listOf(block['rows']));
    case 'data_table':
      return below(block['caption'], tableText(listOf(block['rows'])));
    case 'data_visualization':
      return chartText(block);
    default:
      return isElement(type) ? labelText(block) : below(...WORDS.map((name) => block[name]));
  }
}

function imageText({ title, alt_text: alt }: Fields): string {
  const [shown, described] = [nodeText(title ?? ''), readPlain(stringOf(alt))];
  const words = shown.includes(described) ? shown : [shown, described].filter((part) => part !== '').join(', ');
  return words === '' ? '' : `[image: ${words}]`;
}

function tableText(rows: readonly unknown[]): string {
  return rows
    .map(
      (row) =>
        `| ${listOf(row)
          .map((cell) => cellText(cell))
          .join(' | ')} |`,
    )
    .join('\n');
}

/** `raw_text`, `raw_number` or `rich_text`. One line, as a row is one. */
function cellText(cell: unknown): string {
  const { text, elements } = fieldsOf(cell);
  const isRich = Array.isArray(elements);
  const words = isRich || typeof text === 'object' ? '' : richText({ elements: [cell] }, true);
  return (isRich ? richText(cell, true) : words || nodeText(text ?? ''))
    .split('\n')
    .map((line) => line.trim())
    .join(' ');
}

/** Something to press or fill in. */
function isElement(type: unknown): boolean {
  return /(?:button|select|overflow|radio_buttons|checkboxes|picker|_input)$/.test(stringOf(type));
}

function labelText({ type, text, placeholder, options }: Fields): string {
  const choices = OPEN_CHOICES.has(type) ? listOf(options).map((option) => fieldsOf(option)['text']) : [];
  const labels = [text ?? placeholder, ...choices].map((label) => nodeText(label ?? ''));
  return labels
    .filter((label) => label !== '')
    .map((label) => `[${label}]`)
    .join(' ');
}
