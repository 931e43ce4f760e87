/** What is open at the end of a line of Markdown, and how the next message goes on with it. Pure. */
import { type Fence, fenceIn, isCloser, isInside } from '../../core/fences.js';

/** `head`: the lines of the header and the delimiter row. */
interface Table {
  kind: 'table';
  head: string;
}

export type OpenBlock = Fence | Table;

/** After the lines so far. `previous`: the last one. */
export interface LineState {
  open?: OpenBlock | undefined;
  previous: string;
}

/** Characters. Of a longer info, no more is repeated. */
const LONGEST_INFO = 40;
const ROW = /^ {0,3}\|/;
const DELIMITER_ROW = /^ {0,3}\|[ \t:|-]*-[ \t:|-]*\n?$/;
/** Bytes. A longer head is not repeated. */
const LONGEST_HEAD = 400;

/** https://github.github.com/gfm/#tables-extension- */
export function afterLine({ open, previous }: LineState, line: string): LineState {
  if (open?.kind === 'fence' && isInside(line, open))
    return { open: isCloser(line, open) ? undefined : open, previous: line };
  const fence = fenceIn(line);
  if (fence) return { open: fence, previous: line };
  if (open?.kind === 'table' && ROW.test(line)) return { open, previous: line };
  const head = previous + line;
  const begins = Buffer.byteLength(head) <= LONGEST_HEAD && DELIMITER_ROW.test(line) && ROW.test(previous);
  return begins ? { open: { kind: 'table', head }, previous: line } : { previous: line };
}

/** Closes the block at the end of a message that shows `text`. A chart gets a line that is none of its values: half of one is not drawn. */
export function closing(open: OpenBlock | undefined, text: string): string {
  if (open?.kind !== 'fence') return '';
  const rest = isOpenChart(open) ? `${open.prefix}…\n` : '';
  return `${text.endsWith('\n') ? '' : '\n'}${rest}${open.prefix}${open.marker}`;
}

/** Whether what stands behind a fence's marker says that it is a chart, see `charts.ts`. */
export function isChartInfo(info: string): boolean {
  return /^\s*chart(?:\s|$)/i.test(info);
}

export function isOpenChart(open: OpenBlock | undefined): boolean {
  return open?.kind === 'fence' && isChartInfo(open.info);
}

/** Opens it again in front of `text`. `isInLine`: the message before ended within a line. */
export function opening(open: OpenBlock | undefined, text: string, isInLine: boolean): string {
  if (open?.kind === 'fence') {
    const info = Array.from(open.info.slice(0, 2 * LONGEST_INFO))
      .slice(0, LONGEST_INFO)
      .join('');
    return `${open.prefix}${open.marker}${info}\n${isInLine ? open.prefix : ''}`;
  }
  return open && !isInLine && ROW.test(text) ? open.head : '';
}
