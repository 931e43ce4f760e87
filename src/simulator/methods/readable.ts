import { isObject } from '../arguments.js';
import type { Json } from '../types.js';

/** What people read in `markdown`, `rich_text`, `table` and `data_visualization` blocks, as Markdown; '' if there is none of them. */
export function readableMarkdown(blocks: readonly unknown[]): string {
  const texts = blocks.filter(isObject).map(blockText);
  const shown = texts.filter((text) => text !== undefined);
  return shown.length === 1 ? (shown[0] ?? '') : shown.map((text) => text.replace(/\n+$/, '')).join('\n\n');
}

function blockText(block: Json): string | undefined {
  if (block['type'] === 'markdown') return String(block['text']);
  if (block['type'] === 'rich_text') return listOf(block['elements']).map(elementText).join('');
  if (block['type'] === 'table')
    return tableText(listOf(block['rows'], Array.isArray), listOf(block['column_settings']));
  if (block['type'] === 'data_visualization') return chartText(block);
  return undefined;
}

function elementText(element: Json): string {
  const text = listOf(element['elements']).map(elementText).join('');
  switch (element['type']) {
    case 'rich_text_preformatted':
      return `\`\`\`\n${text}\n\`\`\`\n`;
    case 'rich_text_quote':
      return `${text.replaceAll(/^/gm, '> ')}\n`;
    case 'rich_text_list':
      return `${' '.repeat(2 * Number(element['indent'] ?? 0))}- ${text.trimEnd()}\n`;
    case 'rich_text_section':
      return text;
    case 'link':
      return element['text'] === undefined
        ? stringOf(element['url'])
        : `[${stringOf(element['text'])}](${stringOf(element['url'])})`;
    default:
      return styled(stringOf(element['text']), element['style']);
  }
}

function styled(text: string, style: unknown): string {
  const { code, bold, italic, strike } = isObject(style) ? style : {};
  let shown = code === true ? `\`${text}\`` : text;
  if (italic === true) shown = `_${shown}_`;
  if (bold === true) shown = `**${shown}**`;
  return strike === true ? `~~${shown}~~` : shown;
}

function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const DELIMITERS: Readonly<Record<string, string>> = { right: '---:', center: ':---:' };

function tableText(rows: readonly unknown[][], columns: readonly Json[]): string {
  const lines = rows.map((row) => `| ${row.filter(isObject).map(cellText).join(' | ')} |`);
  const [head = '', ...body] = lines;
  const delimiters = (rows[0] ?? []).map((_, at) => DELIMITERS[stringOf(columns[at]?.['align'])] ?? '---');
  return [head, `| ${delimiters.join(' | ')} |`, ...body].join('\n');
}

/** The title, and a table of the values. */
function chartText({ title, chart }: Json): string {
  const { type, segments, series, axis_config: axis } = isObject(chart) ? chart : {};
  const columns = type === 'pie' ? [{ name: '', data: segments }] : listOf(series);
  const points = columns.map(({ data }) => listOf(data));
  const x = isObject(axis) ? stringOf(axis['x_label']) : '';
  const lines = (points[0] ?? []).map(({ label }, at) => [
    stringOf(label),
    ...points.map((one) => String(one[at]?.['value'])),
  ]);
  const rows = [[x, ...columns.map(({ name }) => stringOf(name))], ...lines];
  return `**${stringOf(title)}** (${stringOf(type)} chart)\n\n${tableText(
    rows.map((row) => row.map((text) => ({ text }))),
    [],
  )}`;
}

function cellText(cell: Json): string {
  return typeof cell['text'] === 'string' ? cell['text'] : (blockText(cell) ?? '').trim();
}

function listOf(list: unknown): Json[];
function listOf<T>(list: unknown, isItem: (item: unknown) => item is T): T[];
function listOf(list: unknown, isItem: (item: unknown) => boolean = isObject): unknown[] {
  return Array.isArray(list) ? list.filter(isItem) : [];
}
