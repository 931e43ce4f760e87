/** Splits a text into several Slack messages. Pure. */

export interface ReplyPart {
  /** The message's slice of the text. All slices joined are the text. */
  source: string;
  /** What the message shows: the slice, with cut code fences closed and reopened. */
  shown: string;
}

/**
 * Bytes of UTF-8 after which a message ends at the next paragraph, line or word, or at once. Slack takes 12,000
 * characters of Markdown, and about 10.6 kB in a streamed message; the marks leave room for the fences.
 * https://docs.slack.dev/reference/block-kit/blocks/markdown-block
 */
const PARAGRAPH_BYTES = 8_000;
const LINE_BYTES = 8_500;
const WORD_BYTES = 8_800;
const MOST_BYTES = 9_000;

/** A longer run is a ruled line, and repeating it would not leave room for the text. */
const FENCE = /^ {0,3}(`{3,100}(?!`)|~{3,100}(?!~))([^\n]*)/;
const LONGEST_INFO = 40;

/** Slack may take less than documented: then all marks are lowered. */
interface Marks {
  readonly paragraph: number;
  readonly line: number;
  readonly word: number;
  readonly most: number;
}

interface Fence {
  marker: string;
  info: string;
}

/**
 * A cut depends only on the text before it, so while a text grows only its last part changes. A blank text has no parts.
 * `share`: of the usual length of a message, above 0 up to 1.
 */
export function splitReply(text: string, share = 1): ReplyPart[] {
  const marks = marksFor(share);
  const parts: ReplyPart[] = [];
  let start = 0;
  let leading = '';
  let fence: Fence | undefined;
  while (start < text.length) {
    const cut = cutPoint(text, start, fence, marks);
    const source = text.slice(start, cut.end);
    const opened = fence ? `${fence.marker}${fence.info}\n` : '';
    const cutInFence = cut.end < text.length ? cut.fence : undefined;
    const closed = cutInFence ? `${source.endsWith('\n') ? '' : '\n'}${cutInFence.marker}` : '';
    const previous = parts.at(-1);
    // Slack refuses blank messages.
    if (source.trim() !== '') {
      parts.push({ source: leading + source, shown: opened + source + closed });
      leading = '';
    } else if (previous) previous.source += source;
    else leading += source;
    start = cut.end;
    fence = cut.fence;
  }
  return parts;
}

/** The distance between the line mark and the end is fixed: it holds a fence's whole opening line. */
function marksFor(share: number): Marks {
  const most = MOST_BYTES * share;
  const line = most - (MOST_BYTES - LINE_BYTES);
  return { paragraph: Math.min(PARAGRAPH_BYTES * share, line), line, word: most - (MOST_BYTES - WORD_BYTES), most };
}

/** End of the part that begins at `start`, and the fence that is open there. */
function cutPoint(
  text: string,
  start: number,
  open: Fence | undefined,
  marks: Marks,
): { end: number; fence: Fence | undefined } {
  let fence = open;
  let bytes = 0;
  let lineStart = start;
  for (let at = start; at < text.length;) {
    const point = text.codePointAt(at) ?? 0;
    const width = point > 0xffff ? 2 : 1;
    const size = utf8Size(point);
    if (bytes + size > marks.most) return { end: at, fence };
    bytes += size;
    at += width;
    if (point === NEWLINE) {
      fence = fenceAfter(text.slice(lineStart, at), fence);
      const blank = at - lineStart === 1 && at - 1 > start;
      lineStart = at;
      if (bytes >= marks.line || (bytes >= marks.paragraph && blank && !fence)) return { end: at, fence };
    } else if (point === SPACE && bytes >= marks.word) {
      return { end: at, fence };
    }
  }
  return { end: text.length, fence };
}

const NEWLINE = 0x0a;
const SPACE = 0x20;

function utf8Size(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}

/** The fence that is open after a line. https://spec.commonmark.org/0.31.2/#fenced-code-blocks */
function fenceAfter(line: string, open: Fence | undefined): Fence | undefined {
  const [, marker, rest = ''] = FENCE.exec(line) ?? [];
  if (!marker) return open;
  const info = rest.trim();
  if (!open)
    return marker.startsWith('`') && info.includes('`')
      ? undefined
      : { marker, info: Array.from(info).slice(0, LONGEST_INFO).join('') };
  const closes = info === '' && marker[0] === open.marker[0] && marker.length >= open.marker.length;
  return closes ? undefined : open;
}
