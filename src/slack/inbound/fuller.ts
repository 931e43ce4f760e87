/** Slack keeps one message in several forms: finds out which of them says more. Pure. */
import { blocksText, isRichText } from './blocks.js';
import { lines } from './nodes.js';
import { readText } from './text.js';

/** A text repeats the blocks if this share of its words is in them; the rest is wording, such as "button". */
const REPEATS = 0.75;

/**
 * What text, read already, and blocks say, once. `isTyped`: a person wrote it, so that Slack made the text from the
 * `rich_text` block, and other blocks are in addition. The text of an app is what its author wrote for notifications, at will.
 */
export function wordsOf(text: string, blocks: readonly unknown[], isTyped: boolean): string {
  const rich = blocks.filter(isRichText);
  if (text === '' || rich.length === 0) return fuller(text, blocksText(blocks));
  const typed = blocksText(rich);
  const isTextOfRich = isTyped ? !leavesOutMost(text, typed) : isCoveredBy(text, typed) && isCoveredBy(typed, text);
  if (isTextOfRich) return lines([text, blocksText(blocks.filter((block) => !isRichText(block)))]);
  return isTyped ? blocksText(blocks) : fuller(text, blocksText(blocks));
}

/** The fuller of two forms of the same; both if each says what the other does not. What people see, the blocks, is never lost. */
function fuller(text: string, blocks: string): string {
  if (text.trim() === '') return blocks;
  if (blocks.trim() === '' || isCoveredBy(blocks, text)) return text;
  return share(text, blocks) >= REPEATS ? blocks : lines([text, blocks]);
}

/** Whether each word of `text` is also in `other`. */
function isCoveredBy(text: string, other: string): boolean {
  return coverOf(other)(text);
}

/** Tells of texts whether each of their words is also in `other`, which is looked through once. */
export function coverOf(other: string): (text: string) => boolean {
  const shareOf = sharesIn(other);
  return (text) => shareOf(text) === 1;
}

function leavesOutMost(text: string, other: string): boolean {
  return wordsIn(other).length > 2 * wordsIn(text).length && isCoveredBy(text, other);
}

function share(text: string, other: string): number {
  return sharesIn(other)(text);
}

/** The share of a text's words that are in `other`. */
function sharesIn(other: string): (text: string) => number {
  const known = new Set(wordsIn(other));
  return (text) => {
    const words = wordsIn(text);
    // Only signs, an emoji for example.
    if (words.length === 0) return other.includes(text.replace(/^> /, '').trim()) ? 1 : 0;
    return words.filter((word) => known.has(word)).length / words.length;
  };
}

/** Without markup and emoji, which the forms write differently. */
function wordsIn(text: string): string[] {
  // Twice: raw text in a block may hold Slack's markup.
  return (
    readText(text)
      .replace(/:[a-z0-9_+'-]{1,100}:/g, ' ')
      .toLowerCase()
      .match(/[\p{L}\p{N}]{1,100}/gu) ?? []
  );
}
