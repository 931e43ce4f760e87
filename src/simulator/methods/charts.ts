/**
 * Checks of charts, as Slack makes them. The lengths and numbers are those of the reference, as it is since they were raised
 * from 6 to 12; that a message holds two is only in Slack's answer to a third.
 * https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
 */
import { isObject } from '../arguments.js';
import type { Json } from '../types.js';
import type { Report } from './elements.js';

const MAX_CHARTS = 2;
const MAX_TITLE = 50;
const MAX_LABEL = 20;
const MAX_SERIES = 12;
const MAX_SEGMENTS = 12;
const MAX_POINTS = 20;
const WITH_SERIES = new Set<unknown>(['bar', 'line', 'area']);

/** Throws what `report` makes for the first fault. */
export function checkCharts(blocks: readonly Json[], report: (index: number) => Report): void {
  const charts = [...blocks.entries()].filter(([, { type }]) => type === 'data_visualization');
  const [tooMany] = charts.slice(MAX_CHARTS);
  if (tooMany) throw report(tooMany[0])(`no more than ${MAX_CHARTS} data_visualization blocks allowed`, '');
  for (const [index, { title, chart }] of charts) {
    const fail = report(index);
    checkWords(title, MAX_TITLE, '/title', fail);
    if (!isObject(chart)) throw fail('missing required field: chart', '');
    if (chart['type'] === 'pie') checkPie(chart, fail);
    else if (WITH_SERIES.has(chart['type'])) checkSeries(chart, fail);
    else throw fail(`unsupported type: ${String(chart['type'])}`, '/chart/type');
  }
}

function checkPie({ segments }: Json, fail: Report): void {
  const pointer = '/chart/segments';
  for (const [at, segment] of listOf(segments, MAX_SEGMENTS, pointer, fail).entries())
    if (pointOf(segment, `${pointer}/${at}`, fail).value <= 0)
      throw fail('must be more than 0', `${pointer}/${at}/value`);
}

function checkSeries({ series, axis_config: axis }: Json, fail: Report): void {
  const categories = categoriesOf(axis, fail);
  const names = new Set<string>();
  for (const [at, one] of listOf(series, MAX_SERIES, '/chart/series', fail).entries()) {
    const pointer = `/chart/series/${at}`;
    const { name, data } = isObject(one) ? one : {};
    const known = checkWords(name, MAX_LABEL, `${pointer}/name`, fail);
    if (names.has(known)) throw fail('must be unique', `${pointer}/name`);
    names.add(known);
    const points = listOf(data, MAX_POINTS, `${pointer}/data`, fail);
    const labels = new Set(points.map((point, nth) => pointOf(point, `${pointer}/data/${nth}`, fail).label));
    if (
      labels.size !== points.length ||
      labels.size !== categories.size ||
      ![...labels].every((label) => categories.has(label))
    )
      throw fail('must have one item for each category', `${pointer}/data`);
  }
}

function categoriesOf(axis: unknown, fail: Report): Set<string> {
  const pointer = '/chart/axis_config';
  if (!isObject(axis)) throw fail('missing required field: axis_config', '/chart');
  const given = listOf(axis['categories'], MAX_POINTS, `${pointer}/categories`, fail);
  const categories = given.map((one, at) => checkWords(one, MAX_LABEL, `${pointer}/categories/${at}`, fail));
  for (const name of ['x_label', 'y_label'])
    if (axis[name] !== undefined) checkWords(axis[name], MAX_TITLE, `${pointer}/${name}`, fail);
  return new Set(categories);
}

function pointOf(point: unknown, pointer: string, fail: Report): { label: string; value: number } {
  const { label, value } = isObject(point) ? point : {};
  if (typeof value !== 'number') throw fail('must be a number', `${pointer}/value`);
  return { label: checkWords(label, MAX_LABEL, `${pointer}/label`, fail), value };
}

function listOf(list: unknown, most: number, pointer: string, fail: Report): readonly unknown[] {
  if (!Array.isArray(list)) throw fail('must be an array', pointer);
  if (list.length === 0) throw fail('no fewer than 1 items required', pointer);
  if (list.length > most) throw fail(`no more than ${most} items allowed`, pointer);
  return list as unknown[];
}

function checkWords(words: unknown, most: number, pointer: string, fail: Report): string {
  if (typeof words !== 'string') throw fail('must be a string', pointer);
  if (words.length === 0) throw fail('must be more than 0 characters', pointer);
  if (words.length > most) throw fail(`must be less than ${most + 1} characters`, pointer);
  return words;
}
