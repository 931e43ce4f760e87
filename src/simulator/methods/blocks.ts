import { isObject } from '../arguments.js';
import { MethodError } from '../errors.js';
import type { Json } from '../types.js';
import { checkCharts } from './charts.js';
import { checkInteractive, type Report } from './elements.js';

/** https://docs.slack.dev/reference/block-kit/blocks */
const BLOCK_TYPES = new Set([
  'actions',
  'alert',
  'card',
  'carousel',
  'context',
  'context_actions',
  'data_table',
  'data_visualization',
  'divider',
  'file',
  'header',
  'image',
  'input',
  'markdown',
  'plan',
  'rich_text',
  'section',
  'table',
  'task_card',
  'video',
]);
const MAX_BLOCKS = 50;
const MAX_VIEW_BLOCKS = 100;
const MAX_SECTION_CHARACTERS = 3000;
const MAX_HEADER_CHARACTERS = 150;
/** Total for all `markdown` blocks of a message. https://docs.slack.dev/reference/block-kit/blocks/markdown-block */
const MAX_MARKDOWN_CHARACTERS = 12_000;
/** Total for all texts in blocks. Not documented; measured to be between 11,000 and 13,000. */
const MAX_TEXT_CHARACTERS = 12_000;
const MAX_ELEMENTS: Readonly<Record<string, number>> = { actions: 25, context: 10, context_actions: 5 };
/** https://docs.slack.dev/reference/block-kit/blocks/table-block */
const MAX_TABLE_ROWS = 100;
const MAX_TABLE_COLUMNS = 20;
const MAX_TABLE_CHARACTERS = 10_000;
const CONTEXT_ACTIONS = new Set(['feedback_buttons', 'icon_button']);

/**
 * Validates blocks and adds missing `block_id`s.
 * @throws MethodError `invalid_blocks_format`, `invalid_blocks`, `msg_blocks_too_many`, `msg_blocks_too_long`
 */
export function checkedBlocks(blocks: readonly unknown[], blockId: () => string): Json[] {
  if (blocks.length > MAX_BLOCKS) throw new MethodError('msg_blocks_too_many');
  const checked = blocks.map((block, index) => checkedBlock(block, index));
  const report =
    (index: number): Report =>
    (problem, pointer) =>
      invalid(problem, `${index}${pointer}`);
  checkTables(checked);
  checkCharts(checked, report);
  checkInteractive(checked, report);
  if (markdownOf(checked).length > MAX_MARKDOWN_CHARACTERS) throw new MethodError('msg_blocks_too_long');
  if (textLength(checked) > MAX_TEXT_CHARACTERS) throw new MethodError('msg_blocks_too_long');
  return checked.map((block) => ({ block_id: blockId(), ...block }));
}

/** The same for a view, of which there may be more. `fail` makes the error of a fault. */
export function checkedViewBlocks(blocks: readonly unknown[], blockId: () => string, fail: Report): Json[] {
  if (blocks.length > MAX_VIEW_BLOCKS) throw fail(`no more than ${MAX_VIEW_BLOCKS} items allowed`, '/blocks');
  const checked = blocks.map((block, index) => checkedBlock(block, index));
  checkInteractive(checked, (index) => (problem, pointer) => fail(problem, `/blocks/${index}${pointer}`));
  return checked.map((block) => ({ block_id: blockId(), ...block }));
}

/** The text of all `markdown` blocks, joined in order. */
function markdownOf(blocks: readonly unknown[]): string {
  return blocks.map((block) => (isObject(block) && block['type'] === 'markdown' ? String(block['text']) : '')).join('');
}

/** Notification text for blocks sent without `text`: the texts of headers, sections and Markdown. */
export function fallbackText(blocks: readonly unknown[]): string {
  const lines = blocks.map((block) => {
    if (!isObject(block)) return '';
    const text = block['text'];
    if (isObject(text)) return typeof text['text'] === 'string' ? text['text'] : '';
    return typeof text === 'string' ? text : '';
  });
  return lines.filter((line) => line !== '').join('\n');
}

function checkedBlock(block: unknown, index: number): Json {
  if (!isObject(block)) throw new MethodError('invalid_blocks_format');
  const type = block['type'];
  if (typeof type !== 'string' || !BLOCK_TYPES.has(type))
    throw invalid(`unsupported type: ${String(type)}`, `${index}/type`);
  const text = isObject(block['text']) ? block['text']['text'] : block['text'];
  const length = typeof text === 'string' ? text.length : 0;
  if (type === 'markdown' && length === 0) throw invalid('missing required field: text', `${index}`);
  if (type === 'section' && length === 0 && !Array.isArray(block['fields'])) {
    throw invalid('missing required field: text', `${index}`);
  }
  if (type === 'section' && length > MAX_SECTION_CHARACTERS)
    throw invalid('must be less than 3001 characters', `${index}/text/text`);
  if (type === 'header' && length > MAX_HEADER_CHARACTERS)
    throw invalid('must be less than 151 characters', `${index}/text/text`);
  checkElements(type, block['elements'], index);
  return block;
}

function checkTables(blocks: readonly Json[]): void {
  const tables = blocks.filter(({ type }) => type === 'table');
  if (tables.length > 1) throw invalid('only one table allowed', String(blocks.lastIndexOf(tables.at(-1) ?? {})));
  for (const table of tables) {
    const { rows } = table;
    const index = blocks.indexOf(table);
    if (!Array.isArray(rows) || rows.length === 0) throw invalid('missing required field: rows', `${index}`);
    if (rows.length > MAX_TABLE_ROWS) throw invalid(`no more than ${MAX_TABLE_ROWS} items allowed`, `${index}/rows`);
    if (rows.some((row) => !Array.isArray(row) || row.length > MAX_TABLE_COLUMNS))
      throw invalid(`no more than ${MAX_TABLE_COLUMNS} items allowed`, `${index}/rows`);
    if (textLength(rows) > MAX_TABLE_CHARACTERS) throw new MethodError('msg_blocks_too_long');
  }
}

function checkElements(type: string, elements: unknown, index: number): void {
  const max = MAX_ELEMENTS[type];
  if (max === undefined) return;
  if (!Array.isArray(elements) || elements.length === 0) throw invalid('missing required field: elements', `${index}`);
  if (elements.length > max) throw invalid(`no more than ${max} items allowed`, `${index}/elements`);
  if (type !== 'context_actions') return;
  for (const element of elements) {
    const kind = isObject(element) ? element['type'] : undefined;
    if (typeof kind !== 'string' || !CONTEXT_ACTIONS.has(kind))
      throw invalid(`unsupported type: ${String(kind)}`, `${index}/elements`);
  }
}

function invalid(problem: string, pointer: string): MethodError {
  const message = `[ERROR] ${problem} [json-pointer:/blocks/${pointer}]`;
  return new MethodError('invalid_blocks', { response_metadata: { messages: [message] } });
}

/** Total length of all strings under `text` keys, at any depth. */
function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + textLength(item), 0);
  if (!isObject(value)) return 0;
  let sum = 0;
  for (const [key, item] of Object.entries(value)) {
    sum += key === 'text' && typeof item === 'string' ? item.length : textLength(item);
  }
  return sum;
}
