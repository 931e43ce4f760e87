import { messageTokens } from './tokens.js';

/** Prose has a token for every four or five bytes; what has fewer is found too long and cut again. */
const HALF_A_TOKEN_BYTES = 2;
const CAUTION = 0.95;

/** Cuts the middle out of a text that has more than `tokens`, any integer: at the least the line that says so is left. Pure. */
export function cutInTheMiddle(text: string, tokens: number): string {
  if (messageTokens(text) <= tokens) return text;
  const bytes = Buffer.from(text);
  let half = Math.max(0, Math.min(tokens * HALF_A_TOKEN_BYTES, Math.floor(bytes.length / 2)));
  for (;;) {
    const head = whole(bytes.subarray(0, half));
    const tail = whole(bytes.subarray(bytes.length - half));
    const cut = `${head}\n[… ${text.length - head.length - tail.length} characters left out …]\n${tail}`;
    const count = messageTokens(cut);
    if (count <= tokens || half === 0) return cut;
    // By what it is too long, and a little more: a second correction is rare.
    half = Math.floor((half * tokens * CAUTION) / count);
  }
}

/** A slice of UTF-8 without the halves of characters at its ends. */
function whole(bytes: Buffer): string {
  return bytes.toString().replace(/^\uFFFD+|\uFFFD+$/g, '');
}
