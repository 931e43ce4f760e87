/** What is open at the end of a line of Markdown, and how the next message goes on with it. Pure. */

/** Also within a list item or a quote: `prefix` is what their further lines begin with. */
interface Fence {
  kind: 'fence';
  prefix: string;
  marker: string;
  info: string;
}

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

/**
 * Indentation, quotes and list markers, then the marker and the info. A longer prefix or marker would not leave room for
 * the text when it is repeated; a run of more than 100 is a ruled line.
 */
const FENCE = /^((?:[ \t]|>|[-*+][ \t]|\d{1,9}[.)][ \t]){0,40}?)(`{3,100}(?!`)|~{3,100}(?!~))([^\n]*)/;
const LIST_MARKER = /[-*+]|\d{1,9}[.)]/g;
const LONGEST_INFO = 40;
const ROW = /^ {0,3}\|/;
const DELIMITER_ROW = /^ {0,3}\|[ \t:|-]*-[ \t:|-]*\n?$/;
/** Bytes. A longer head is not repeated. */
const LONGEST_HEAD = 400;

/** https://spec.commonmark.org/0.31.2/#fenced-code-blocks, https://github.github.com/gfm/#tables-extension- */
export function afterLine({ open, previous }: LineState, line: string): LineState {
  if (open?.kind === 'fence' && isInside(line, open)) return { open: fenceAfter(line, open), previous: line };
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
  if (open?.kind === 'fence') return `${open.prefix}${open.marker}${open.info}\n${isInLine ? open.prefix : ''}`;
  return open && !isInLine && ROW.test(text) ? open.head : '';
}

function fenceIn(line: string): Fence | undefined {
  const [, before = '', marker, rest = ''] = FENCE.exec(line) ?? [];
  if (!marker) return undefined;
  const info = rest.trim();
  if (marker.startsWith('`') && info.includes('`')) return undefined;
  const prefix = before.replaceAll(LIST_MARKER, (found) => ' '.repeat(found.length));
  return { kind: 'fence', prefix, marker, info: Array.from(info).slice(0, LONGEST_INFO).join('') };
}

/** A line without the quote's mark ends the quote, and the code in it. */
function isInside(line: string, { prefix }: Fence): boolean {
  return !prefix.includes('>') || /^[ \t]*>/.test(line);
}

function fenceAfter(line: string, open: Fence): Fence | undefined {
  const [, before = '', marker = '', rest = ''] = FENCE.exec(line) ?? [];
  const closes =
    marker[0] === open.marker[0] &&
    marker.length >= open.marker.length &&
    rest.trim() === '' &&
    /^[ \t>]*$/.test(before) &&
    quotes(before) === quotes(open.prefix);
  return closes ? undefined : open;
}

function quotes(prefix: string): number {
  return prefix.split('>').length - 1;
}
