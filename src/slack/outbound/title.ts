/** The title of a conversation, from its first question. Pure. */
import { marked, type Token, type Tokens } from 'marked';
import { replaceMentions } from '../../core/mentions.js';
import { cutAt } from '../../core/text.js';
import { breakPings } from './pings.js';

/** https://docs.slack.dev/reference/methods/agents.sessions.setStatus */
const LONGEST_TITLE = 200;
/** Parsing takes long, and deep, where every character opens something. */
const LONGEST_READ = 500;
/** Kinds of Markdown that stand on lines of their own. */
const BLOCKS = new Set([
  'paragraph',
  'heading',
  'code',
  'blockquote',
  'list',
  'list_item',
  'table',
  'html',
  'hr',
  'br',
  'space',
]);
const INVISIBLE = /[\p{Cc}\p{Cf}]/gu;
const CHARACTERS = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** One line without markup and pings, at most 200 UTF-16 units; undefined if the question has no words. */
export function titleOf(question: string): string | undefined {
  const tokens = marked.lexer(replaceMentions(cutAt(question, LONGEST_READ), () => ''));
  const words = wordsOf(tokens).replaceAll(/[\p{Cc}\s]+/gu, ' ');
  // Pings last: taking out invisible characters could complete one.
  const title = breakPings(words.replaceAll(INVISIBLE, (sign) => (sign === '\u200D' ? sign : ''))).trim();
  return title === '' ? undefined : shortened(title);
}

/** What the Markdown shows. */
function wordsOf(tokens: readonly Token[]): string {
  return tokens.map((token) => `${ownWords(token)}${BLOCKS.has(token.type) ? ' ' : ''}`).join('');
}

function ownWords(token: Token): string {
  if (token.type === 'table') {
    const { header, rows } = token as Tokens.Table;
    return [...header, ...rows.flat()].map((cell) => wordsOf(cell.tokens)).join(' ');
  }
  if (token.type === 'list') return wordsOf((token as Tokens.List).items);
  if ('tokens' in token && token.tokens) return wordsOf(token.tokens);
  if (token.type === 'hr' || token.type === 'checkbox') return '';
  return 'text' in token ? String(token.text) : token.raw;
}

function shortened(title: string): string {
  if (title.length <= LONGEST_TITLE) return title;
  let kept = '';
  for (const { segment } of CHARACTERS.segment(title)) {
    if (kept.length + segment.length >= LONGEST_TITLE) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}
