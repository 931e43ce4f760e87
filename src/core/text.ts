/** Cuts texts between characters: half of a surrogate pair is no character, and some servers refuse it. Pure. */

const HIGH_SURROGATE_AT_END = /[\uD800-\uDBFF]$/;
const LOW_SURROGATE_AT_START = /^[\uDC00-\uDFFF]/;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** At most the first `longest` UTF-16 units of `text`. */
export function cutAt(text: string, longest: number): string {
  return text.length <= longest ? text : wholeAtEnd(text.slice(0, longest));
}

/** At most the last `longest` UTF-16 units of `text`. */
export function cutFront(text: string, longest: number): string {
  return text.length <= longest ? text : text.slice(text.length - longest).replace(LOW_SURROGATE_AT_START, '');
}

/** Without the first half of a character at its end: its other half may come later. */
export function wholeAtEnd(text: string): string {
  return text.replace(HIGH_SURROGATE_AT_END, '');
}

/** Halves of characters that came without their other half become `\uFFFD`. */
export function wellFormed(text: string): string {
  return text.replaceAll(LONE_SURROGATE, '\uFFFD');
}
