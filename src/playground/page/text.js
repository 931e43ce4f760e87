/** Between what people type and what Slack stores. Pure. https://docs.slack.dev/messaging/formatting-message-text */

const TYPED_MENTION = /(^|[^\w@.])@([a-z][\w-]*)/gi;
const STORED = /```([^]+?)```|`([^`\n]+)`|<([^<>\n]+)>/g;

/** `@ada` becomes `<@U…>`, as Slack's own composer does. `people`: `{ id, name }[]`. */
export function withMentions(typed, people) {
  return typed.replaceAll(TYPED_MENTION, (whole, before, name) => {
    const person = people.find((known) => known.name.toLowerCase() === name.toLowerCase());
    return person ? `${before}<@${person.id}>` : whole;
  });
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

function pieceOf(token) {
  const bar = token.indexOf('|');
  const target = bar < 0 ? token : token.slice(0, bar);
  const label = bar < 0 ? undefined : unescape(token.slice(bar + 1));
  if (/^@[UW]/.test(target)) return { kind: 'mention', id: target.slice(1) };
  if (target.startsWith('#')) return { kind: 'text', text: `#${label ?? target.slice(1)}` };
  if (target.startsWith('!')) return { kind: 'text', text: label ?? `@${target.slice(1)}` };
  const url = unescape(target);
  // Only what a browser may follow without running anything.
  return /^(https?|mailto):/i.test(url) ? { kind: 'link', url, label: label ?? url } : { kind: 'text', text: label ?? url };
}

function unescape(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
