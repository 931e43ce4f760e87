/** Parses Slack's `*bold*`, `_italic_` and `~strike~` in text pieces (see text.js). Pure. */

const STYLES = { '*': 'bold', _: 'italic', '~': 'strike' };
const MARK = /[*_~\n]/;

/**
 * Groups pieces into styles, `{ kind: 'bold' | 'italic' | 'strike', pieces }`. A mark opens before a word and closes
 * after one, on the same line; any other mark is literal text. A single pass; a style does not nest in itself.
 */
export function parseStyles(pieces) {
  const open = [{ pieces: [] }];
  const put = (piece) => {
    const { pieces: here } = open.at(-1);
    if (piece.kind === 'text' && here.at(-1)?.kind === 'text')
      here[here.length - 1] = { kind: 'text', text: here.at(-1).text + piece.text };
    else here.push(piece);
  };
  /** Turns the last unclosed style back into text, with a literal mark. */
  const closeAsText = () => {
    const { mark, pieces: inside } = open.pop();
    put({ kind: 'text', text: mark });
    inside.forEach(put);
  };
  const closeAllAsText = () => {
    while (open.length > 1) closeAsText();
  };

  for (const token of tokensOf(pieces)) {
    if (token.mark === undefined) put(token.piece);
    else if (token.mark === '\n') {
      closeAllAsText();
      put({ kind: 'text', text: '\n' });
    } else {
      const at = open.findIndex(({ mark }) => mark === token.mark);
      if (at > 0 && token.closes) {
        while (open.length - 1 > at) closeAsText();
        const { mark, pieces: inside } = open.pop();
        put({ kind: STYLES[mark], pieces: inside });
      } else if (at < 0 && token.opens) open.push({ mark: token.mark, pieces: [] });
      else put({ kind: 'text', text: token.mark });
    }
  }
  closeAllAsText();
  return open[0].pieces;
}

/** Splits text at style marks; each mark with whether it can open or close a style here. */
function* tokensOf(pieces) {
  for (const [at, piece] of pieces.entries()) {
    if (piece.kind !== 'text') {
      yield { piece };
      continue;
    }
    const { text } = piece;
    let from = 0;
    for (let to = 0; to < text.length; to += 1) {
      if (!MARK.test(text[to])) continue;
      if (to > from) yield { piece: { kind: 'text', text: text.slice(from, to) } };
      // A neighbouring mention or link ('<') is neither space nor word: a mark next to it can open and close a style.
      const before = text[to - 1] ?? (at > 0 ? '<' : '\n');
      const after = text[to + 1] ?? (at < pieces.length - 1 ? '<' : '\n');
      // Doubled marks are literal: `__init__`, `**`.
      const isSingle = before !== text[to] && after !== text[to];
      yield {
        mark: text[to],
        opens: isSingle && !isWord(before) && !isSpace(after),
        closes: isSingle && !isSpace(before) && !isWord(after),
      };
      from = to + 1;
    }
    if (from < text.length) yield { piece: { kind: 'text', text: text.slice(from) } };
  }
}

function isWord(character) {
  return /[\p{L}\p{N}]/u.test(character);
}

function isSpace(character) {
  return /\s/.test(character);
}
