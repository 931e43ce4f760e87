/** Bounds what is read of a message. Whoever signs events may send any JSON. Pure. */
import { cutAt, cutFront } from '../../core/text.js';

/** Levels of objects and lists. Slack's own messages have about twenty. */
const MAX_DEPTH = 40;
/** Values of any kind. The largest table that Slack takes has about 25,000. */
const MAX_NODES = 50_000;
/** Slack takes 40,000 characters of text; blocks and attachments may hold more. */
const MAX_CHARACTERS = 100_000;
const PARTS_LEFT_OUT = '[parts of this message are left out: too many, or nested too deeply]';

/** Copies `node` without what is too deep or too much, and tells whether something was left out. */
export function bounded(node: unknown): { node: unknown; isCut: boolean } {
  let left = MAX_NODES;
  let isCut = false;

  function copyOf(value: unknown, depth: number): unknown {
    left -= 1;
    if (typeof value !== 'object' || value === null) return value;
    if (depth > MAX_DEPTH) {
      isCut = true;
      return undefined;
    }
    if (Array.isArray(value)) return within(value as unknown[]).map((item) => copyOf(item, depth + 1));
    return Object.fromEntries(within(Object.entries(value)).map(([key, item]) => [key, copyOf(item, depth + 1)]));
  }

  function within<T>(items: T[]): T[] {
    if (items.length <= left) return items;
    isCut = true;
    return items.slice(0, Math.max(0, left));
  }

  return { node: copyOf(node, 0), isCut };
}

/** Cut in its middle, never within a character, with notes of what was cut. */
export function boundedText(text: string, isCut: boolean): string {
  const half = MAX_CHARACTERS / 2;
  const head = cutAt(text, half);
  const tail = cutFront(text, half);
  const left = text.length - head.length - tail.length;
  const kept = left > 0 ? `${head}\n[… ${left} characters left out …]\n${tail}` : text;
  return isCut ? [kept, PARTS_LEFT_OUT].filter((part) => part !== '').join('\n') : kept;
}
