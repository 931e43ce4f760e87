import { el } from './dom.js';
import { piecesOf } from './text.js';

/** What a person wrote, as nodes. `nameOf` gives the name of a user id. */
export function mrkdwnNodes(stored, nameOf, me) {
  return piecesOf(stored).map((piece) => {
    if (piece.kind === 'mention') return el('span', { class: piece.id === me ? 'mention mine' : 'mention' }, `@${nameOf(piece.id)}`);
    if (piece.kind === 'link') return el('a', { href: piece.url, target: '_blank', rel: 'noopener noreferrer' }, piece.label);
    if (piece.kind === 'code') return el('code', {}, piece.text);
    if (piece.kind === 'block') return el('pre', {}, el('code', {}, piece.text.replace(/^\n/, '')));
    return piece.text;
  });
}
