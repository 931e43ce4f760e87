/** One text as several Slack messages. Pure. */

export interface ReplyPart {
  /** The slice of the text that the message stands for; the slices joined are the text. */
  source: string;
  /** What the message shows: the slice, with a code fence that is cut in two closed and opened again. */
  shown: string;
}

/**
 * Where a message ends, in bytes of UTF-8: at the first boundary of its kind beyond the mark. Slack takes 12,000
 * characters of Markdown and a streamed message about 10.6 kB in all; the marks leave room for the fences.
 * https://docs.slack.dev/reference/block-kit/blocks/markdown-block
 */
const PARAGRAPH_BYTES = 8_000;
const LINE_BYTES = 8_500;
const WORD_BYTES = 8_800;
const MOST_BYTES = 9_000;

/** A run of hundreds is a ruled line, and would not fit beside the text when it is repeated. */
const FENCE = /^ {0,3}(`{3,100}(?!`)|~{3,100}(?!~))([^\n]*)/;
const LONGEST_INFO = 40;

/** Slack may take less than it says: then all marks are brought nearer. */
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
 * Each cut depends only on what stands before it, so a text that grows never takes back what a message has shown: only
 * its last part grows. A blank text has no part. `share`: of the usual length of a message, above 0 up to 1.
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
    // Slack takes no blank message.
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

/** What lies between the marks of line and end stays as it is: in it a fence's opening line is whole. */
function marksFor(share: number): Marks {
  const most = MOST_BYTES * share;
  const line = most - (MOST_BYTES - LINE_BYTES);
  return { paragraph: Math.min(PARAGRAPH_BYTES * share, line), line, word: most - (MOST_BYTES - WORD_BYTES), most };
}

/** Where the part that begins at `start` ends, and the fence that is open there. */
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

/** The open fence behind a line. https://spec.commonmark.org/0.31.2/#fenced-code-blocks */
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
