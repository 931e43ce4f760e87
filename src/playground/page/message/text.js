/**
 * Converts between typed text and the text Slack stores. Pure.
 * https://docs.slack.dev/messaging/formatting-message-text
 */
import { parseStyles } from './styles.js';

/** Code is matched first, so that a name inside it stays as it is. */
const TYPED_MENTION = /```[^]+?```|`[^`\n]+`|(^|[^\w@.])@([a-z][\w-]*)|(^|[^\w#&/])#([a-z0-9][\w-]*)/gi;
const STORED = /```([^]+?)```|`([^`\n]+)`|<([^<>\n]+)>/g;
/** Code blocks and quotes; `>>>` quotes everything after it. Inline code and links are matched only to skip them. */
const BLOCK_LEVEL = /```([^]+?)```|`[^`\n]+`|<[^<>\n]+>|^&gt;&gt;&gt; ?([^]*)|^&gt;[^\n]*(?:\n&gt;[^\n]*)*/gm;

/**
 * `@ada` becomes `<@U…>` and `#general` `<#C…|general>`, as Slack's own composer does. `people` and `channels`:
 * `{ id, name }[]`.
 */
export function withMentions(typed, people, channels = []) {
  const named = (list, name) => list.find((known) => known.name.toLowerCase() === name?.toLowerCase());
  return typed.replaceAll(TYPED_MENTION, (whole, beforePerson, person, beforeChannel, channel) => {
    const { id } = named(people, person) ?? {};
    if (id !== undefined) return `${beforePerson}<@${id}>`;
    const place = named(channels, channel);
    return place ? `${beforeChannel}<#${place.id}|${place.name}>` : whole;
  });
}

/** Converts stored text back to typed text, for editing. */
export function asTyped(stored, people) {
  return piecesOf(stored)
    .map((piece) => {
      if (piece.kind === 'mention') return `@${people.find((known) => known.id === piece.id)?.name ?? piece.id}`;
      if (piece.kind === 'link') return piece.url;
      if (piece.kind === 'code') return `\`${piece.text}\``;
      if (piece.kind === 'block') return `\`\`\`${piece.text}\`\`\``;
      return piece.text;
    })
    .join('');
}

/**
 * Parses stored text into unescaped pieces: `{ kind: 'text' | 'code' | 'block', text }`,
 * `{ kind: 'mention', id }`, `{ kind: 'channel', id, text }`, `{ kind: 'link', url, label }`.
 */
export function piecesOf(stored) {
  const pieces = [];
  let from = 0;
  const plain = (text) => {
    if (text !== '') pieces.push({ kind: 'text', text: unescape(text) });
  };
  for (const match of stored.matchAll(STORED)) {
    const [whole, block, code, token] = match;
    plain(stored.slice(from, match.index));
    if (block !== undefined) pieces.push({ kind: 'block', text: unescape(block) });
    else if (code !== undefined) pieces.push({ kind: 'code', text: unescape(code) });
    else pieces.push(pieceOf(token));
    from = match.index + whole.length;
  }
  plain(stored.slice(from));
  return pieces;
}

/**
 * Parses stored text into a tree: the pieces above, and `{ kind: 'bold' | 'italic' | 'strike' | 'quote', pieces }`.
 * Line breaks next to code blocks and quotes are dropped, since those start on a new line anyway.
 */
export function styledPieces(stored) {
  const pieces = [];
  let from = 0;
  const inline = (text) => {
    if (text !== '') pieces.push(...parseStyles(piecesOf(text)));
  };
  for (const match of stored.matchAll(BLOCK_LEVEL)) {
    const [whole, block, rest] = match;
    if (block === undefined && !whole.startsWith('&gt;')) continue;
    inline(stored.slice(from, match.index).replace(/\n$/, ''));
    from = match.index + whole.length;
    if (stored[from] === '\n') from += 1;
    if (block !== undefined) pieces.push({ kind: 'block', text: unescape(block) });
    else pieces.push({ kind: 'quote', pieces: parseStyles(piecesOf(rest ?? whole.replaceAll(/^&gt; ?/gm, ''))) });
  }
  inline(stored.slice(from));
  return pieces;
}

function pieceOf(token) {
  const bar = token.indexOf('|');
  const target = bar < 0 ? token : token.slice(0, bar);
  const label = bar < 0 ? undefined : unescape(token.slice(bar + 1));
  if (/^@[UW]/.test(target)) return { kind: 'mention', id: target.slice(1) };
  if (target.startsWith('#')) return { kind: 'channel', id: target.slice(1), text: `#${label || target.slice(1)}` };
  if (target.startsWith('!')) return { kind: 'text', text: label ?? `@${target.slice(1)}` };
  const url = unescape(target);
  return isSafeUrl(url) ? { kind: 'link', url, label: label ?? url } : { kind: 'text', text: label ?? url };
}

/** True for URL schemes that cannot run scripts. */
export function isSafeUrl(url) {
  return /^(https?|mailto):/i.test(url);
}

function unescape(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
