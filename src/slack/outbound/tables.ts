/** Markdown tables as Slack's table block. Pure. https://docs.slack.dev/reference/block-kit/blocks/table-block */
import { lexer, type Token, type Tokens } from 'marked';
import { inlineElements, type RichTextElement } from './rich-text.js';
import { codeSpans } from './verbatim.js';

const MAX_ROWS = 100;
const MAX_COLUMNS = 20;
const MAX_TABLE_CHARACTERS = 10_000;
/** Lines before the first row: the header and the delimiters. */
const HEAD_LINES = 2;
const BORDER = /(?<!\\)\|/;
const EVERY_BORDER = /(?<!\\)\|/g;

/**
 * The table with all that stands in its rows: Markdown ignores cells beyond those of the header, and takes each `|` for a
 * border, in code too. Undefined if a row has too many cells even without those.
 */
export function wholeTable(table: Tokens.Table): Tokens.Table | undefined {
  const columns = table.header.length;
  const lines = table.raw.split('\n');
  if (!lines.some((line, at) => at >= HEAD_LINES && losesCells(line, columns))) return table;
  const whole = lines.map((line, at) => (at >= HEAD_LINES && losesCells(line, columns) ? codeEscaped(line) : line));
  if (whole.some((line, at) => at >= HEAD_LINES && losesCells(line, columns))) return undefined;
  const [read] = lexer(whole.join('\n'));
  return read?.type === 'table' ? (read as Tokens.Table) : undefined;
}

/** Undefined if it is larger than Slack takes, or has no rows. */
export function tableBlock({ header, rows, align, raw }: Tokens.Table): RichTextElement | undefined {
  const tooLarge = rows.length + 1 > MAX_ROWS || header.length > MAX_COLUMNS || raw.length > MAX_TABLE_CHARACTERS;
  if (tooLarge || rows.length === 0) return undefined;
  return {
    type: 'table',
    column_settings: align.map((side) => ({ align: side ?? 'left', is_wrapped: true })),
    rows: [
      header.map(({ tokens }) => cell(tokens, { bold: true })),
      ...rows.map((row) => row.map(({ tokens }) => cell(tokens))),
    ],
  };
}

function cell(tokens: Token[], style = {}): RichTextElement {
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: inlineElements(tokens, style) }],
  };
}

/** Whether anything stands beyond the last column. */
function losesCells(line: string, columns: number): boolean {
  const cells = line.trim().replace(/^\|/, '').split(BORDER);
  return cells.slice(columns).some((text) => text.trim() !== '');
}

function codeEscaped(line: string): string {
  let escaped = '';
  let from = 0;
  for (const [start, end] of codeSpans(line).closed) {
    escaped += line.slice(from, start) + line.slice(start, end).replaceAll(EVERY_BORDER, '\\|');
    from = end;
  }
  return escaped + line.slice(from);
}
