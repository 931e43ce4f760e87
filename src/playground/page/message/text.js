/** Between what people type and what Slack stores. Pure. https://docs.slack.dev/messaging/formatting-message-text */
import { stylesIn } from './styles.js';

/** Code comes first, so that a name in it stays what it is. */
const TYPED_MENTION = /```[^]+?```|`[^`\n]+`|(^|[^\w@.])@([a-z][\w-]*)/gi;
const MENTION_BEGUN = /(?:^|[^\w@.])@([\w-]{0,40})$/;
const STORED = /```([^]+?)```|`([^`\n]+)`|<([^<>\n]+)>/g;
/** What stands on lines of its own; `>>>` quotes all the rest. Code and links in a line are passed over whole. */
const STANDING_ALONE = /```([^]+?)```|`[^`\n]+`|<[^<>\n]+>|^&gt;&gt;&gt; ?([^]*)|^&gt;[^\n]*(?:\n&gt;[^\n]*)*/gm;

/** `@ada` becomes `<@U…>`, as Slack's own composer does. `people`: `{ id, name }[]`. */
export function withMentions(typed, people) {
  return typed.replaceAll(TYPED_MENTION, (whole, before, name) => {
    const person = people.find((known) => known.name.toLowerCase() === name?.toLowerCase());
    return person ? `${before}<@${person.id}>` : whole;
  });
}

/** The mention that ends at the caret, `{ from, query }`: `from` is the place of its `@`. */
export function mentionBegun(typed, caret) {
  const query = MENTION_BEGUN.exec(typed.slice(0, caret))?.[1];
  return query === undefined ? undefined : { from: caret - query.length - 1, query };
}

/** Whom a begun name may mean: `{ id, name, displayName }[]`. Nobody once it says all of the only one. */
export function mentionable(query, people) {
  const begun = query.toLowerCase();
  const found = people.filter(({ name, displayName }) =>
    [name, ...displayName.split(/\s+/)].some((word) => word.toLowerCase().startsWith(begun)),
  );
  return found.length === 1 && found[0].name.toLowerCase() === begun ? [] : found;
}

/** A stored text as it would be typed, for editing. */
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
 * A stored text in pieces, nothing escaped any more: `{ kind: 'text' | 'code' | 'block', text }`,
 * `{ kind: 'mention', id }`, `{ kind: 'link', url, label }`.
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
 * The same with its styles, as a tree: besides the pieces above, which hold no style any more,
 * `{ kind: 'bold' | 'italic' | 'strike' | 'quote', pieces }`. Blocks and quotes stand on lines of their own, so the
 * line breaks beside them are gone.
 */
export function styledPieces(stored) {
  const pieces = [];
  let from = 0;
  const inline = (text) => {
    if (text !== '') pieces.push(...stylesIn(piecesOf(text)));
  };
  for (const match of stored.matchAll(STANDING_ALONE)) {
    const [whole, block, rest] = match;
    if (block === undefined && !whole.startsWith('&gt;')) continue;
    inline(stored.slice(from, match.index).replace(/\n$/, ''));
    from = match.index + whole.length;
    if (stored[from] === '\n') from += 1;
    if (block !== undefined) pieces.push({ kind: 'block', text: unescape(block) });
    else pieces.push({ kind: 'quote', pieces: stylesIn(piecesOf(rest ?? whole.replaceAll(/^&gt; ?/gm, ''))) });
  }
  inline(stored.slice(from));
  return pieces;
}

function pieceOf(token) {
  const bar = token.indexOf('|');
  const target = bar < 0 ? token : token.slice(0, bar);
  const label = bar < 0 ? undefined : unescape(token.slice(bar + 1));
  if (/^@[UW]/.test(target)) return { kind: 'mention', id: target.slice(1) };
  if (target.startsWith('#')) return { kind: 'text', text: `#${label ?? target.slice(1)}` };
  if (target.startsWith('!')) return { kind: 'text', text: label ?? `@${target.slice(1)}` };
  const url = unescape(target);
  return isFollowable(url) ? { kind: 'link', url, label: label ?? url } : { kind: 'text', text: label ?? url };
}

/** What a browser may follow without running anything. */
export function isFollowable(url) {
  return /^(https?|mailto):/i.test(url);
}

function unescape(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
