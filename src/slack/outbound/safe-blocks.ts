/**
 * A Markdown text as Slack's blocks, where a text alone would ping or not render. Pure.
 *
 * Slack does not say whether `<!here>` in the code of a Markdown text pings. In rich text only elements of the types `user`,
 * `usergroup` and `broadcast` mention anybody, and none is ever made here, so code and addresses can stay as they are.
 * https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
 */
import type { KnownBlock } from '@slack/web-api';
import { lexer, type Token, type Tokens } from 'marked';
import { chartBlock, MAX_CHARTS, mayHaveChart } from './charts.js';
import { breakPings, hasPings } from './pings.js';
import { richTextOf } from './rich-text.js';
import { tableBlock, wholeTable } from './tables.js';

/** Slack takes 50, and controls need some. */
const MAX_BLOCKS = 40;
const DELIMITERS = /^[ \t>]*[|:-][ \t|:-]*$/;

type Block = { type: string; [field: string]: unknown };

/** How a text is shown as blocks. */
export interface Rich {
  /** It does not grow; until then a table and a chart are shown as text. */
  readonly complete: boolean;
  /** Charts stay text. */
  readonly withoutCharts?: true;
}

/** Whether `markdown` has to go out as `safeBlocks`. */
export function needsBlocks(markdown: string, complete: boolean): boolean {
  return hasPings(markdown) || (complete && (mayHaveTable(markdown) || mayHaveChart(markdown)));
}

export function safeBlocks(markdown: string, { complete, withoutCharts }: Rich): KnownBlock[] {
  let tokens: Token[];
  try {
    tokens = lexer(markdown);
  } catch {
    // Nested deeper than can be read.
    return [markdownBlock(markdown)];
  }
  const blocks: Block[] = [];
  // A link by reference finds its address only in the same Markdown block; rich text has the address itself.
  const hasReferences = tokens.some(({ type }) => type === 'def');
  let hasTable = false;
  let charts = 0;
  for (const token of tokens) {
    const whole = token.type === 'table' ? wholeTable(token as Tokens.Table) : token;
    // Slack takes one table in a message; the Markdown block shows the others.
    const table: Block | undefined =
      complete && !hasTable && whole?.type === 'table' ? tableBlock(whole as Tokens.Table) : undefined;
    hasTable ||= table !== undefined;
    const chart = complete && !withoutCharts && charts < MAX_CHARTS ? chartBlock(token) : undefined;
    if (chart) charts += 1;
    if (table) blocks.push(table);
    else if (chart) blocks.push({ ...chart });
    else if (!whole || hasReferences || hasPings(whole.raw)) addRichText(blocks, token);
    else addMarkdown(blocks, whole.raw);
  }
  const shown = blocks.filter(({ type, text }) => type !== 'markdown' || String(text).trim() !== '');
  return known(shown.length > MAX_BLOCKS ? [{ type: 'rich_text', elements: richTextOf(tokens) }] : shown);
}

/** A text of which nothing pings. */
export function markdownBlock(markdown: string): KnownBlock {
  return { type: 'markdown', text: breakPings(markdown) };
}

function addMarkdown(blocks: Block[], raw: string): void {
  const last = blocks.at(-1);
  if (last?.type === 'markdown') last['text'] = breakPings(String(last['text']) + raw);
  else blocks.push({ type: 'markdown', text: breakPings(raw) });
}

function addRichText(blocks: Block[], token: Token): void {
  const elements = richTextOf([token]);
  const last = blocks.at(-1);
  if (elements.length === 0) return;
  if (last?.type === 'rich_text') (last['elements'] as unknown[]).push(...elements);
  else blocks.push({ type: 'rich_text', elements });
}

/** Never misses a table. */
function mayHaveTable(markdown: string): boolean {
  const lines = markdown.split('\n');
  return lines.some((line, at) => line.includes('-') && DELIMITERS.test(line) && (lines[at - 1] ?? '').includes('|'));
}

/** The types of Slack's client lag behind Slack. */
function known(blocks: Block[]): KnownBlock[] {
  return blocks as unknown as KnownBlock[];
}
