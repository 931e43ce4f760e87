/** Slack's `*bold*`, `_italic_` and `~strike~` in a text that is in pieces already. Pure. */

const STYLES = { '*': 'bold', _: 'italic', '~': 'strike' };
const MARK = /[*_~\n]/;

/**
 * Pieces with the styles among them, `{ kind: 'bold' | 'italic' | 'strike', pieces }`. A mark opens before a word and
 * closes behind one, on the same line; any other stands for itself. One pass: of each style one is open at a time.
 */
export function stylesIn(pieces) {
  const open = [{ pieces: [] }];
  const put = (piece) => {
    const { pieces: here } = open.at(-1);
    if (piece.kind === 'text' && here.at(-1)?.kind === 'text')
      here[here.length - 1] = { kind: 'text', text: here.at(-1).text + piece.text };
    else here.push(piece);
  };
  /** What was opened last and is not closed: its mark stands for itself. */
  const giveUp = () => {
    const { mark, pieces: inside } = open.pop();
    put({ kind: 'text', text: mark });
    inside.forEach(put);
  };
  const giveUpAll = () => {
    while (open.length > 1) giveUp();
  };

  for (const token of tokensOf(pieces)) {
    if (token.mark === undefined) put(token.piece);
    else if (token.mark === '\n') {
      giveUpAll();
      put({ kind: 'text', text: '\n' });
    } else {
      const at = open.findIndex(({ mark }) => mark === token.mark);
      if (at > 0 && token.closes) {
        while (open.length - 1 > at) giveUp();
        const { mark, pieces: inside } = open.pop();
        put({ kind: STYLES[mark], pieces: inside });
      } else if (at < 0 && token.opens) open.push({ mark: token.mark, pieces: [] });
      else put({ kind: 'text', text: token.mark });
    }
  }
  giveUpAll();
  return open[0].pieces;
}

/** Texts cut at their marks, each mark with what it may do where it stands. */
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
      // A neighbour that is no text, a mention or a link, counts as a word to be styled, and as none that hides a mark.
      const before = text[to - 1] ?? (at > 0 ? '<' : '\n');
      const after = text[to + 1] ?? (at < pieces.length - 1 ? '<' : '\n');
      // Two of a kind are no style: `__init__`, `**`.
      const alone = before !== text[to] && after !== text[to];
      yield {
        mark: text[to],
        opens: alone && !isWord(before) && !isSpace(after),
        closes: alone && !isSpace(before) && !isWord(after),
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
