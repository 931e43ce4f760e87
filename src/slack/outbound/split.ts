/** Splits a text into several Slack messages. Pure. */
import { afterLine, closing, isOpenChart, type LineState, opening } from './open-block.js';

export interface ReplyPart {
  /** The message's slice of the text. All slices joined are the text. */
  source: string;
  /** What the message shows: the slice, with cut code fences closed and reopened, and the head of a cut table repeated. */
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

/** Slack may take less than documented: then all marks are lowered. */
interface Marks {
  readonly paragraph: number;
  readonly line: number;
  readonly word: number;
  readonly most: number;
}

/**
 * A cut depends only on what fits into a message, so while a text grows only its last part changes. A chart that does not
 * fit any more stands whole in the next message. A blank text has no parts.
 * `share`: of the usual length of a message, above 0 up to 1. `cuts`: where the first parts end whatever their length, in
 * UTF-16 units.
 */
export function splitReply(text: string, share = 1, cuts: readonly number[] = []): ReplyPart[] {
  const marks = marksFor(share);
  const parts: ReplyPart[] = [];
  let start = 0;
  let leading = '';
  let state: LineState = { previous: '' };
  let at = 0;
  while (start < text.length) {
    const fixed = cuts[at];
    at += 1;
    const cut =
      fixed === undefined
        ? cutPoint(text, start, state, marks)
        : cutPoint(text.slice(0, fixed), start, state, WITHOUT_MARKS);
    const source = text.slice(start, cut.end);
    const isInLine = start > 0 && text[start - 1] !== '\n';
    const opened = opening(state.open, source, isInLine);
    const closed = cut.end < text.length ? closing(cut.state.open, source) : '';
    const previous = parts.at(-1);
    // Slack refuses blank messages.
    if (source.trim() !== '') {
      parts.push({ source: leading + source, shown: opened + source + closed });
      leading = '';
    } else if (previous) previous.source += source;
    else leading += source;
    start = cut.end;
    state = cut.state;
  }
  return parts;
}

/** With the code fence that is open at its end closed. */
export function withFenceClosed(text: string): string {
  const lines = text.endsWith('\n') ? text : `${text}\n`;
  return text + closing(cutPoint(lines, 0, { previous: '' }, WITHOUT_MARKS).state.open, text);
}

const WITHOUT_MARKS: Marks = { paragraph: Infinity, line: Infinity, word: Infinity, most: Infinity };

/** The distance between the line mark and the end is fixed: it holds a fence's whole opening line. */
function marksFor(share: number): Marks {
  const most = MOST_BYTES * share;
  const line = most - (MOST_BYTES - LINE_BYTES);
  return { paragraph: Math.min(PARAGRAPH_BYTES * share, line), line, word: most - (MOST_BYTES - WORD_BYTES), most };
}

/** End of the part that begins at `start`, and what is open there. */
function cutPoint(text: string, start: number, atStart: LineState, marks: Marks): { end: number; state: LineState } {
  let state = atStart;
  let bytes = 0;
  /** In front of the chart that is open. */
  let chart: { end: number; state: LineState } | undefined;
  // A part may begin within a line.
  let lineStart = text.lastIndexOf('\n', start - 1) + 1;
  for (let at = start; at < text.length;) {
    const point = text.codePointAt(at) ?? 0;
    const width = point > 0xffff ? 2 : 1;
    const size = utf8Size(point);
    if (bytes + size > marks.most) return chart ?? { end: at, state };
    bytes += size;
    at += width;
    if (point === NEWLINE) {
      const before = state;
      state = afterLine(state, text.slice(lineStart, at));
      if (!isOpenChart(state.open)) chart = undefined;
      else if (!isOpenChart(before.open) && lineStart > start) chart = { end: lineStart, state: before };
      const blank = at - lineStart === 1 && at - 1 > start;
      lineStart = at;
      if (bytes >= marks.line || (bytes >= marks.paragraph && blank && state.open?.kind !== 'fence'))
        return chart ?? { end: at, state };
    } else if (point === SPACE && bytes >= marks.word) {
      return chart ?? { end: at, state };
    }
  }
  return { end: text.length, state };
}

const NEWLINE = 0x0a;
const SPACE = 0x20;

function utf8Size(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}
