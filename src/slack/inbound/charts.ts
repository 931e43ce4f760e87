/** Reads charts. Pure. https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block */
import { type Fields, fieldsOf, lines, listOf } from './nodes.js';
import { readPlain } from './text.js';

/** The title, and a line for each series: `EMEA: Q1 10, Q2 14`. */
export function chartText({ title, chart }: Fields): string {
  const { type, segments, series, axis_config: config } = fieldsOf(chart);
  const { x_label: x, y_label: y } = fieldsOf(config);
  const axes = [x, y].map(words).filter((one) => one !== '');
  const kind = words(type) === '' ? '[chart]' : `[${words(type)} chart]`;
  const head = [kind, words(title), axes.length > 0 ? `(${axes.join(', ')})` : ''].filter((part) => part !== '');
  return lines([
    head.join(' '),
    points(segments),
    ...listOf(series).map((one) => {
      const [name, values] = [words(fieldsOf(one)['name']), points(fieldsOf(one)['data'])];
      return [name, values].filter((part) => part !== '').join(': ');
    }),
  ]);
}

function points(list: unknown): string {
  return listOf(list)
    .map((point) =>
      [words(fieldsOf(point)['label']), words(fieldsOf(point)['value'])].filter((part) => part !== '').join(' '),
    )
    .filter((point) => point !== '')
    .join(', ');
}

/** Also of a number. On one line. */
function words(value: unknown): string {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? readPlain(value).replaceAll(/\s+/g, ' ').trim() : '';
}
