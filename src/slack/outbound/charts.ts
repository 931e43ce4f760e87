/**
 * Charts in the form that the model is told of, as Slack's block. Pure. What is no whole chart, or more than Slack draws,
 * stays the code block that it is: its lines can be read. The prompt's `CHART_FORM` is the other side of this.
 * https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
 */
import { parse } from 'csv-parse/sync';
import { lexer, type Tokens } from 'marked';
import { isChartInfo } from './open-block.js';
import { breakPings } from './pings.js';

/** In one message. Not in the reference: Slack's answer to a third one says so. */
export const MAX_CHARTS = 2;
/** Characters, of the title and of the axis. */
const MAX_TITLE = 50;
/** Characters, of a category, a segment and a series. */
const MAX_LABEL = 20;
const MAX_POINTS = 20;
/** The reference said 6 at first: where that still holds, Slack refuses the block, and the reply goes out without it. */
const MAX_SERIES = 12;
const MAX_SEGMENTS = 12;
/** More than a chart within these limits has. */
const MAX_CHARACTERS = 10_000;

const MAY_HAVE_CHART = /^ {0,3}(?:`{3,}|~{3,})[ \t]*chart\b/im;
const CLOSING = /^ {0,3}(`{3,}|~{3,})[ \t]*$/;
/** `bar: Sales by region`. */
const HEADING = /^\s*(bar|line|area|pie)[ \t]*:[ \t]*(\S[^\n]*)\n/i;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const YEAR = /^[12]\d{3}$/;

export interface ChartBlock {
  readonly type: 'data_visualization';
  readonly title: string;
  readonly chart: PieChart | SeriesChart;
}

interface Point {
  readonly label: string;
  readonly value: number;
}

interface PieChart {
  readonly type: 'pie';
  readonly segments: readonly Point[];
}

interface SeriesChart {
  readonly type: 'bar' | 'line' | 'area';
  readonly series: readonly { readonly name: string; readonly data: readonly Point[] }[];
  readonly axis_config: { readonly categories: readonly string[]; readonly x_label?: string };
}

/** Never misses one. */
export function mayHaveChart(markdown: string): boolean {
  return MAY_HAVE_CHART.test(markdown);
}

export function hasChart(markdown: string): boolean {
  return withoutFences(markdown).charts.length > 0;
}

/** `words`: the text with the lines of its charts, `charts`, in place of the code blocks. */
export function withoutFences(markdown: string): { words: string; charts: string[] } {
  const charts: string[] = [];
  if (!mayHaveChart(markdown)) return { words: markdown, charts };
  try {
    const words = lexer(markdown).map((token) => {
      if (!chartBlock(token)) return token.raw;
      const { text } = token as Tokens.Code;
      charts.push(text);
      return `${text}\n\n`;
    });
    return { words: words.join(''), charts };
  } catch {
    // Nested deeper than can be read.
    return { words: markdown, charts };
  }
}

/** Undefined if it is no chart, is not closed, or if Slack would not draw it. */
export function chartBlock({ type, lang, raw, text }: Tokens.Generic): ChartBlock | undefined {
  if (type !== 'code' || !isChartInfo(String(lang ?? '')) || !isClosed(raw)) return undefined;
  const source = `${String(text)}\n`;
  const [heading, kind = '', words = ''] = HEADING.exec(source) ?? [];
  if (heading === undefined || source.length > MAX_CHARACTERS) return undefined;
  const [header = [], ...rows] = recordsIn(source.slice(heading.length));
  const [title, columns, labels] = [label(words), header.map(label), rows.map(([first = '']) => label(first))];
  const values = rows.map((cells) => cells.slice(1).map(numberIn));
  const isDrawable =
    title.length <= MAX_TITLE &&
    rows.length > 0 &&
    areNames(columns.slice(1)) &&
    !columns.slice(1).some(isValue) &&
    areNames(labels) &&
    values.flat().every(Number.isFinite);
  const drawn = isDrawable && chartOf(kind.toLowerCase(), columns, labels, values);
  return drawn ? { type: 'data_visualization', title, chart: drawn } : undefined;
}

function chartOf(
  kind: string,
  [axis = '', ...names]: readonly string[],
  labels: readonly string[],
  values: readonly number[][],
): ChartBlock['chart'] | undefined {
  const points = (column: number): Point[] =>
    labels.map((name, at) => ({ label: name, value: values[at]?.[column] ?? 0 }));
  if (kind === 'pie') {
    const segments = points(0);
    const isPie = names.length === 1 && segments.length <= MAX_SEGMENTS && segments.every(({ value }) => value > 0);
    return isPie ? { type: 'pie', segments } : undefined;
  }
  if (names.length > MAX_SERIES || labels.length > MAX_POINTS || axis.length > MAX_TITLE) return undefined;
  return {
    type: kind as SeriesChart['type'],
    series: names.map((name, column) => ({ name, data: points(column) })),
    axis_config: { categories: labels, ...(axis !== '' && { x_label: axis }) },
  };
}

/** None if they are not all of the same length. */
function recordsIn(csv: string): string[][] {
  try {
    return parse(csv, { trim: true, skip_empty_lines: true });
  } catch {
    return [];
  }
}

/** On one line. Slack does not say whether a mention in a chart pings, so it is broken as in any text. */
function label(text: string): string {
  return breakPings(text.replaceAll(/\s+/g, ' ').trim());
}

function areNames(names: readonly string[]): boolean {
  return (
    names.length > 0 &&
    new Set(names).size === names.length &&
    names.every((name) => name !== '' && name.length <= MAX_LABEL)
  );
}

/** A column's name that is a number, other than a year: the first row of values stands where the header belongs. */
function isValue(name: string): boolean {
  return NUMBER.test(name) && !YEAR.test(name);
}

/** NaN if it is none. */
function numberIn(cell: string): number {
  const number = cell.replace('\u2212', '-');
  return NUMBER.test(number) ? Number(number) : NaN;
}

/** One that is not has perhaps been cut off. */
function isClosed(raw: string): boolean {
  const lines = raw.trim().split('\n');
  const [, marker = ''] = CLOSING.exec(lines.at(-1) ?? '') ?? [];
  return lines.length > 1 && marker !== '' && (lines[0] ?? '').startsWith(marker[0] ?? '');
}
