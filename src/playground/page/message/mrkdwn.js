import { el } from '../dom.js';
import { withEmoji } from './emoji.js';
import { piecesOf, styledPieces } from './text.js';

const TICKS = { code: '`', block: '```' };
const STYLES = { bold: 'strong', italic: 'em', strike: 'del', quote: 'blockquote' };

/** Renders Slack's mrkdwn to nodes, without parsing HTML. `names`: `{ nameOf(userId), placeOf?(channelId), me }`. */
export function mrkdwnNodes(stored, names) {
  return nodesOf(styledPieces(stored), names);
}

/** Unformatted text: style marks stay as written; only mentions and links are rendered. */
export function plainNodes(stored, names) {
  const plain = ({ kind, text }) => ({ kind: 'text', text: `${TICKS[kind]}${text}${TICKS[kind]}` });
  return nodesOf(
    piecesOf(stored).map((piece) => (Object.hasOwn(TICKS, piece.kind) ? plain(piece) : piece)),
    names,
  );
}

/** Plain text: mentions and links by their label, code without backticks. */
export function plainText(stored, { nameOf }) {
  return withEmoji(
    piecesOf(stored)
      .map(({ text, label, id }) => text ?? label ?? `@${nameOf(id)}`)
      .join(''),
  );
}

export function link(url, words) {
  return el('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, words);
}

function nodesOf(pieces, { nameOf, placeOf, me }) {
  const nodeOf = (piece) => {
    if (Object.hasOwn(STYLES, piece.kind)) return el(STYLES[piece.kind], {}, ...piece.pieces.map(nodeOf));
    if (piece.kind === 'mention')
      return el('span', { class: piece.id === me ? 'mention mine' : 'mention' }, `@${nameOf(piece.id)}`);
    if (piece.kind === 'channel') return el('span', { class: 'mention' }, placeOf?.(piece.id) ?? piece.text);
    if (piece.kind === 'link') return link(piece.url, piece.label);
    if (piece.kind === 'code') return el('code', {}, piece.text);
    if (piece.kind === 'block') return el('pre', {}, el('code', {}, piece.text.replaceAll(/^\n|\n$/g, '')));
    return withEmoji(piece.text);
  };
  return pieces.map(nodeOf);
}
