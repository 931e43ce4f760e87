/** Cuts texts that are too long for a prompt. Pure. */
import { type Content, type ContentPart, partsOf } from '../core/content.js';
import { messageTokens, mostTokens, textTokens } from './tokens.js';

/** Behind the name of a picture, or a document. */
const LEFT_OUT = ' [left out: there is no room for it]';
/** Prose has about four bytes a token; text with fewer turns out too long and is cut again. */
const FIRST_GUESS_BYTES_PER_TOKEN = 2;
/** Cuts a little more than the excess, so that a second correction is rare. */
const SAFETY_FACTOR = 0.95;

/**
 * Shortens a message of more than `tokens` (any integer) in its middle. A line says how much is missing; with no room
 * at all, only that line is left. `lineStart` begins the new lines.
 */
export function cutInTheMiddle(text: string, tokens: number, lineStart = ''): string {
  if (fits(text, tokens)) return text;
  const bytes = Buffer.from(text);
  let half = Math.max(0, Math.min(tokens * FIRST_GUESS_BYTES_PER_TOKEN, Math.floor(bytes.length / 2)));
  for (;;) {
    const head = wholeCharacters(bytes.subarray(0, half));
    const tail = wholeCharacters(bytes.subarray(bytes.length - half));
    const cut = `${head}\n${lineStart}[… ${text.length - head.length - tail.length} characters left out …]\n${lineStart}${tail}`;
    const count = messageTokens(cut);
    if (count <= tokens || half === 0) return cut;
    half = Math.floor((half * tokens * SAFETY_FACTOR) / count);
  }
}

/** Whether a message has at most `tokens`. Mostly its length tells. */
function fits(content: Content, tokens: number): boolean {
  return messageTokens(content, mostTokens) <= tokens || messageTokens(content) <= tokens;
}

/** As `cutInTheMiddle`, for content of several parts: the longest texts are cut first. */
export function shorten(content: Content, tokens: number, lineStart = ''): Content {
  if (typeof content === 'string') return cutInTheMiddle(content, tokens, lineStart);
  const parts = withFewerPictures(partsOf(content), tokens);
  const longestFirst = parts
    .map(({ text }, at) => ({ at, tokens: textTokens(text) }))
    .toSorted((a, b) => b.tokens - a.tokens);
  for (const { at, tokens: own } of longestFirst) {
    const excess = messageTokens(parts) - tokens;
    const part = parts[at];
    if (excess <= 0 || !part) break;
    parts[at] = { ...part, text: cutInTheMiddle(part.text, messageTokens('') + own - excess, lineStart) };
  }
  return parts;
}

/** Pictures and documents take half of the room at most: the oldest of them are only named. */
function withFewerPictures(parts: readonly ContentPart[], tokens: number): ContentPart[] {
  let left = tokens / 2;
  return parts
    .toReversed()
    .map((part): ContentPart => {
      if (part.type === 'text') return part;
      left -= part.tokens;
      return left >= 0 ? part : { type: 'text', text: `${part.text}${LEFT_OUT}` };
    })
    .toReversed();
}

/** Decodes a slice of UTF-8 without the partial characters at its ends. */
function wholeCharacters(bytes: Buffer): string {
  return bytes.toString().replace(/^\uFFFD+|\uFFFD+$/g, '');
}
