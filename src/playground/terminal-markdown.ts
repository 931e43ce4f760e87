/** Renders Markdown for a terminal: wrapped at words, with or without color. Pure. */
import { stripVTControlCharacters, styleText } from 'node:util';
import { lexer, type Token, type Tokens } from 'marked';
import { printable } from './terminal-text.js';

export interface Page {
  /** Width of the terminal in characters. */
  readonly columns: number;
  readonly color: boolean;
}

type Style = Parameters<typeof styleText>[0];

const MIN_COLUMNS = 20;
/** Longer lines are hard to read. */
const MAX_COLUMNS = 100;
const RULE = '─';
/** East Asian wide characters and emoji take two columns. */
const WIDE =
  /\p{Emoji_Presentation}|\uFE0F|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]/u;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** The rest stays as it is written. */
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': '\u00A0',
};

/** Columns that a text takes on a terminal, escape sequences left out. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(stripVTControlCharacters(text))) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/** The top-level blocks of a Markdown text: a later one never changes how an earlier one is rendered. */
export function blocksOf(markdown: string): Token[] {
  return lexer(markdown, { gfm: true, breaks: true });
}

/** Lines of a block, without one between blocks. Control characters are made visible. */
export function linesOf(block: Token, { columns, color }: Page): string[] {
  return new Renderer(color).block(block, Math.max(MIN_COLUMNS, Math.min(columns - 1, MAX_COLUMNS)));
}

class Renderer {
  constructor(private readonly color: boolean) {}

  block(token: Token, width: number): string[] {
    switch (token.type) {
      case 'space':
        return [];
      case 'heading':
        return wrap(this.inline(tokensIn(token), ['bold']), width);
      case 'hr':
        return [this.style(RULE.repeat(width), 'dim')];
      case 'code':
        // Not wrapped, so that it can be copied.
        return printable((token as Tokens.Code).text)
          .split('\n')
          .map((line) => `  ${this.style(line, 'cyan')}`);
      case 'blockquote':
        return this.blocks(tokensIn(token), width - 2).map((line) => `${this.style('│', 'dim')} ${line}`);
      case 'list':
        return this.list(token as Tokens.List, width);
      case 'table':
        return this.table(token as Tokens.Table, width);
      case 'html':
        return wrap(printable(token.raw.trimEnd()), width);
      default:
        return wrap(this.inline('tokens' in token && token.tokens ? token.tokens : [token], []), width);
    }
  }

  blocks(tokens: readonly Token[], width: number): string[] {
    return tokens
      .filter(({ type }) => type !== 'space')
      .flatMap((token, at) => {
        const lines = this.block(token, width);
        // A list below its item's text stands close to it.
        return at === 0 || token.type === 'list' ? lines : ['', ...lines];
      });
  }

  list({ ordered, start, items }: Tokens.List, width: number): string[] {
    return items.flatMap((item, at) => {
      const marker = ordered ? `${Number(start) + at}.` : '•';
      const box = item.task ? (item.checked ? '☑ ' : '☐ ') : '';
      const indent = marker.length + 1;
      const lines = this.blocks(
        item.tokens.filter(({ type }) => type !== 'checkbox'),
        width - indent,
      );
      return (lines.length > 0 ? lines : ['']).map((line, n) =>
        n === 0 ? `${this.style(marker, 'dim')} ${box}${line}` : `${' '.repeat(indent)}${line}`,
      );
    });
  }

  table({ header, rows, align }: Tokens.Table, width: number): string[] {
    const cells = [header, ...rows].map((row, at) =>
      row.map(({ tokens }) => this.inline(tokens, at === 0 ? ['bold'] : [])),
    );
    const widths = header.map((_, column) => Math.max(...cells.map((row) => widthOf(row[column] ?? ''))));
    if (widths.reduce((sum, cell) => sum + cell + 3, 0) > width)
      return cells.flatMap((row) => wrap(row.join(' | '), width));
    const padded = (text: string, column: number): string => {
      const space = (widths[column] ?? 0) - widthOf(text);
      const before = align[column] === 'right' ? space : align[column] === 'center' ? Math.floor(space / 2) : 0;
      return ' '.repeat(before) + text + ' '.repeat(space - before);
    };
    const lines = cells.map((row) => row.map(padded).join(' │ ').trimEnd());
    const rule = widths.map((cell) => RULE.repeat(cell)).join('─┼─');
    return [lines[0] ?? '', this.style(rule, 'dim'), ...lines.slice(1)];
  }

  inline(tokens: readonly Token[], styles: readonly Style[]): string {
    return tokens.map((token) => this.span(token, styles)).join('');
  }

  span(token: Token, styles: readonly Style[]): string {
    switch (token.type) {
      case 'strong':
        return this.inline(tokensIn(token), [...styles, 'bold']);
      case 'em':
        return this.inline(tokensIn(token), [...styles, 'italic']);
      case 'del':
        return this.inline(tokensIn(token), [...styles, 'strikethrough']);
      case 'codespan':
        return this.words((token as Tokens.Codespan).text, [...styles, 'cyan']);
      case 'br':
        return '\n';
      case 'link': {
        const { href } = token as Tokens.Link;
        const label = this.inline(tokensIn(token), [...styles, 'underline']);
        return stripVTControlCharacters(label) === printable(href) ? label : `${label} (${printable(href)})`;
      }
      case 'image':
        return this.words(`[${(token as Tokens.Image).text || 'picture'}]`, styles);
      default:
        if ('tokens' in token && token.tokens) return this.inline(token.tokens, styles);
        return this.words(decoded('text' in token ? String(token.text) : token.raw), styles);
    }
  }

  /** Styles each word by itself, so that a line may break between any two. */
  words(text: string, styles: readonly Style[]): string {
    return printable(text).replace(/[^ \n]+/g, (word) =>
      styles.reduce<string>((styled, style) => this.style(styled, style), word),
    );
  }

  style(text: string, style: Style): string {
    return this.color && text !== '' ? styleText(style, text, { validateStream: false }) : text;
  }
}

function decoded(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (entity) => ENTITIES[entity] ?? entity);
}

function tokensIn(token: Token): Token[] {
  return ('tokens' in token && token.tokens) || [];
}

/** Breaks lines at spaces. A word longer than the width stays whole: addresses can be copied. */
function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => {
    const lines: string[] = [];
    let current = '';
    for (const word of line.split(' ')) {
      if (current !== '' && widthOf(current) + 1 + widthOf(word) > width) {
        lines.push(current);
        current = word;
      } else current = current === '' ? word : `${current} ${word}`;
    }
    return [...lines, current];
  });
}
