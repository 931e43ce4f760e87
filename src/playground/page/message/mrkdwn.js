import { el } from '../dom.js';
import { withEmoji } from './emoji.js';
import { styledPieces } from './text.js';

const STYLES = { bold: 'strong', italic: 'em', strike: 'del', quote: 'blockquote' };

/** Slack's mrkdwn as nodes; nothing in it becomes markup. `nameOf` gives the name of a user id. */
export function mrkdwnNodes(stored, { nameOf, me }) {
  const nodeOf = (piece) => {
    if (Object.hasOwn(STYLES, piece.kind)) return el(STYLES[piece.kind], {}, ...piece.pieces.map(nodeOf));
    if (piece.kind === 'mention') return el('span', { class: piece.id === me ? 'mention mine' : 'mention' }, `@${nameOf(piece.id)}`);
    if (piece.kind === 'link') return el('a', { href: piece.url, target: '_blank', rel: 'noopener noreferrer' }, piece.label);
    if (piece.kind === 'code') return el('code', {}, piece.text);
    if (piece.kind === 'block') return el('pre', {}, el('code', {}, piece.text.replaceAll(/^\n|\n$/g, '')));
    return withEmoji(piece.text);
  };
  return styledPieces(stored).map(nodeOf);
}
