/** Fenced code in Markdown, line by line. Pure. https://spec.commonmark.org/0.31.2/#fenced-code-blocks */

/** Also within a list item or a quote: `prefix` is what their further lines begin with. */
export interface Fence {
  readonly kind: 'fence';
  readonly prefix: string;
  readonly marker: string;
  /** What stands behind the marker. */
  readonly info: string;
  /** Characters in front of the marker. */
  readonly indent: number;
}

/**
 * Indentation, quotes and list markers, then the marker and the info. A longer prefix or marker would not leave room for
 * the text when it is repeated; a run of more than 100 is a ruled line.
 */
const FENCE = /^((?:[ \t]|>|[-*+][ \t]|\d{1,9}[.)][ \t]){0,40}?)(`{3,100}(?!`)|~{3,100}(?!~))([^\n]*)/;
const LIST_MARKER = /[-*+]|\d{1,9}[.)]/g;

/** The fence that a line opens. */
export function fenceIn(line: string): Fence | undefined {
  const [, before = '', marker, rest = ''] = FENCE.exec(line) ?? [];
  if (!marker) return undefined;
  const info = rest.trim();
  if (marker.startsWith('`') && info.includes('`')) return undefined;
  const prefix = before.replaceAll(LIST_MARKER, (found) => ' '.repeat(found.length));
  return { kind: 'fence', prefix, marker, info, indent: before.length };
}

/** A line without the quote's mark ends the quote, and the code in it. */
export function isInside(line: string, { prefix }: Fence): boolean {
  return !prefix.includes('>') || /^[ \t]*>/.test(line);
}

/** Whether a line inside ends it. */
export function isCloser(line: string, open: Fence): boolean {
  const [, before = '', marker = '', rest = ''] = FENCE.exec(line) ?? [];
  return (
    marker[0] === open.marker[0] &&
    marker.length >= open.marker.length &&
    rest.trim() === '' &&
    /^[ \t>]*$/.test(before) &&
    quotes(before) === quotes(open.prefix)
  );
}

function quotes(prefix: string): number {
  return prefix.split('>').length - 1;
}
