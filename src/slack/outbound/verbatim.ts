/** Where a Markdown text is code or an address: people copy those, so they must stay as they are. Pure. */
import { afterLine, type LineState } from './open-block.js';

/** Start and end, in UTF-16 units. */
type Range = readonly [start: number, end: number];

const INDENTED = /^(?: {4}|\t)/;
const BLANK = /^\s*$/;
const TICKS = /(?<!\\)`+/g;
const ADDRESS = /https?:\/\/[^\s<>`]+/gi;

/**
 * In order, without overlaps. Only decides what is changed: whether something may ping is decided on what is sent, so a
 * text that Slack reads in another way is still safe.
 */
export function verbatimRanges(text: string): Range[] {
  const ranges: Range[] = [];
  let prose = 0;
  let at = 0;
  let state: LineState = { previous: '' };
  let mayIndent = true;
  for (const line of text.split(/(?<=\n)/)) {
    const before = state.open;
    state = afterLine(state, line);
    const isFenced = before?.kind === 'fence' || state.open?.kind === 'fence';
    const isIndented: boolean = mayIndent && INDENTED.test(line);
    mayIndent = isIndented || BLANK.test(line);
    const end = at + line.length;
    if (isFenced || isIndented) {
      ranges.push(...inProse(text, prose, at), [at, end]);
      prose = end;
    }
    at = end;
  }
  return [...ranges, ...inProse(text, prose, text.length)];
}

/** Where the code span begins that is still open at the end of the text; undefined if there is none. */
export function openCodeSpan(text: string): number | undefined {
  const from = text.lastIndexOf('\n\n') + 1;
  const spans = codeSpans(text.slice(from));
  return spans.open === undefined ? undefined : from + spans.open;
}

function inProse(text: string, start: number, end: number): Range[] {
  const prose = text.slice(start, end);
  const { closed } = codeSpans(prose);
  const isFree = (at: number): boolean => !closed.some(([from, to]) => from <= at && at < to);
  const addresses = Array.from(prose.matchAll(ADDRESS), ({ index, 0: found }): Range => [index, index + found.length]);
  return [...closed, ...addresses.filter(([at]) => isFree(at))]
    .toSorted((one, other) => one[0] - other[0])
    .map(([from, to]): Range => [start + from, start + to]);
}

/** https://spec.commonmark.org/0.31.2/#code-spans. They end with their paragraph. */
export function codeSpans(prose: string): { closed: Range[]; open: number | undefined } {
  const closed: Range[] = [];
  let open: number | undefined;
  let offset = 0;
  for (const paragraph of prose.split(/(?<=\n[ \t]*\n)/)) {
    open = undefined;
    const runs = Array.from(paragraph.matchAll(TICKS), ({ index, 0: { length } }) => ({ index, length }));
    for (let at = 0; at < runs.length; at += 1) {
      const opener = runs[at];
      let found = at + 1;
      while (found < runs.length && runs[found]?.length !== opener?.length) found += 1;
      const closer = runs[found];
      if (!opener) break;
      if (!closer) {
        open ??= offset + opener.index;
        continue;
      }
      closed.push([offset + opener.index, offset + closer.index + closer.length]);
      open = undefined;
      at = found;
    }
    offset += paragraph.length;
  }
  return { closed, open };
}
