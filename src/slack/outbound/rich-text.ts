/** Markdown as Slack's rich text, in which only elements of their own mention anybody: a text stays a text. Pure. */
import type { Token, Tokens } from 'marked';
import { unescaped } from './entities.js';

/** https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
export interface RichTextElement {
  type: string;
  [field: string]: unknown;
}
type Style = Partial<Record<'bold' | 'italic' | 'strike' | 'code', true>>;

const LINK = /^(?:https?:|mailto:)/i;
const DEEPEST_INDENT = 6;
/** Tokens that a list's item can hold. */
const LINES = new Set(['text', 'paragraph', 'space']);
const LINE_BREAK = /^<br *\/?>$/i;

/** What stands in a `rich_text` block. */
export function richTextOf(tokens: readonly Token[]): RichTextElement[] {
  return tokens.flatMap(blockElements);
}

/** The inline elements of a paragraph or a cell. Never empty. */
export function inlineElements(tokens: readonly Token[], style: Style = {}): RichTextElement[] {
  const elements = tokens.flatMap((token) => inlineElement(token as Tokens.Generic, style));
  return elements.length > 0 ? elements : [textElement(' ', style)].flat();
}

function blockElements(token: Token): RichTextElement[] {
  const { type, tokens = [], raw, text } = token as Tokens.Generic;
  switch (type) {
    case 'space':
    case 'def':
      return [];
    case 'code':
      return preformatted(String(text));
    case 'heading':
      return [section(tokens, { bold: true })];
    case 'paragraph':
    case 'text':
      return [tokens.length > 0 ? section(tokens) : sectionOf(textElement(unescaped(raw.trimEnd())))];
    case 'blockquote':
      return tokens.flatMap(quoted);
    case 'list':
      return listElements(token as Tokens.List, 0);
    case 'table':
      return preformatted(raw.trimEnd());
    default:
      return [sectionOf(textElement(raw.trimEnd()))];
  }
}

function preformatted(text: string): RichTextElement[] {
  return text === '' ? [] : [{ type: 'rich_text_preformatted', elements: textElement(text) }];
}

function section(tokens: readonly Token[], style: Style = {}): RichTextElement {
  return sectionOf([...inlineElements(tokens, style), ...textElement('\n')]);
}

function sectionOf(elements: RichTextElement[]): RichTextElement {
  return { type: 'rich_text_section', elements: elements.length > 0 ? elements : textElement(' ') };
}

function quoted(token: Token): RichTextElement[] {
  const { type, tokens = [] } = token as Tokens.Generic;
  if (type === 'paragraph' || type === 'text') return [{ type: 'rich_text_quote', elements: inlineElements(tokens) }];
  return blockElements(token);
}

/** Slack's lists hold only lines: what else an item has stands between two lists, and the numbers go on. */
function listElements({ items, ordered, start }: Tokens.List, indent: number): RichTextElement[] {
  const found: RichTextElement[] = [];
  const list = { type: 'rich_text_list', style: ordered ? 'ordered' : 'bullet', indent };
  for (const [at, { tokens }] of items.entries()) {
    const other = tokens.findIndex(({ type }) => !LINES.has(type));
    const lines = other < 0 ? tokens : tokens.slice(0, other);
    const offset = ordered ? (start || 1) - 1 + at : 0;
    found.push({ ...list, ...(offset > 0 && { offset }), elements: [sectionOf(lineElements(lines))] });
    for (const token of tokens.slice(lines.length)) {
      if (token.type === 'list')
        found.push(...listElements(token as Tokens.List, Math.min(indent + 1, DEEPEST_INDENT)));
      else found.push(...blockElements(token));
    }
  }
  return found;
}

/** Each on a line of its own. */
function lineElements(tokens: readonly Token[]): RichTextElement[] {
  const lines = tokens.filter(({ type }) => type !== 'space');
  return lines.flatMap((line, at) => [
    ...(at > 0 ? textElement('\n') : []),
    ...inlineElements((line as Tokens.Generic).tokens ?? []),
  ]);
}

function inlineElement(token: Tokens.Generic, style: Style): RichTextElement[] {
  const { type, tokens, raw } = token;
  const text = String(token['text'] ?? raw);
  switch (type) {
    case 'strong':
      return inlineElements(tokens ?? [], { ...style, bold: true });
    case 'em':
      return inlineElements(tokens ?? [], { ...style, italic: true });
    case 'del':
      return inlineElements(tokens ?? [], { ...style, strike: true });
    case 'codespan':
      return textElement(text, { ...style, code: true });
    case 'br':
      return textElement('\n');
    case 'link':
    case 'image':
      return linkElement(String(token['href']), unescaped(text), style);
    case 'text':
    case 'escape':
      return tokens ? inlineElements(tokens, style) : textElement(unescaped(text), style);
    default:
      return textElement(LINE_BREAK.test(raw) ? '\n' : raw, style);
  }
}

function linkElement(url: string, text: string, style: Style): RichTextElement[] {
  if (!LINK.test(url)) return textElement(text === url ? text : `${text} (${url})`, style);
  const label = text !== '' && text !== url && { text };
  return [{ type: 'link', url, ...label, ...(Object.keys(style).length > 0 && { style }) }];
}

function textElement(text: string, style: Style = {}): RichTextElement[] {
  return text === '' ? [] : [{ type: 'text', text, ...(Object.keys(style).length > 0 && { style }) }];
}
