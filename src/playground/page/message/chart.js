/** Draws a `data_visualization` block as SVG, with its values as a table for who wants to read them. */
import { el } from '../dom.js';
import { asArray } from './lists.js';

const SVG = 'http://www.w3.org/2000/svg';
const [WIDTH, HEIGHT] = [480, 240];
/** Around the plot: the values stand on the left, the categories below. */
const PLOT = { left: 56, top: 10, right: WIDTH - 10, bottom: HEIGHT - 44 };
const TICKS = 4;
/** As many categories have room for their labels; of more, every second or third one is labelled. */
const MAX_LABELS = 8;
const LABEL_CHARACTERS = 9;
const PIE = { x: 120, y: 120, radius: 104 };
/** As in `chart.css`. */
const COLORS = 12;
/** What is further from 0 or closer to it is drawn like this, or like 0: sums and quotients of such numbers are exact enough. */
const [LARGEST, SMALLEST] = [1e300, 1e-300];

export function chartNode({ title, chart = {} }) {
  const data = dataOf(chart);
  const name = String(title ?? '');
  const draw = chart.type === 'pie' ? pie : lines;
  return el(
    'figure',
    { class: 'block-chart' },
    el('figcaption', {}, name),
    draw(chart, data, { role: 'img', 'aria-label': `${chart.type} chart: ${name}. ${spoken(data)}` }),
    legend(chart.type, data),
    el('details', {}, el('summary', {}, 'Values'), table(data, chart.axis_config?.x_label)),
  );
}

/** `{ categories, series: { name, values }[] }`; a pie is one series. */
function dataOf({ type, segments, series, axis_config: axis }) {
  const number = (value) => (Number.isFinite(value) ? value : 0);
  if (type === 'pie') {
    const parts = asArray(segments);
    return {
      categories: parts.map(({ label }) => String(label)),
      series: [{ name: '', values: parts.map(({ value }) => number(value)) }],
    };
  }
  const categories = asArray(axis?.categories).map(String);
  return {
    categories,
    series: asArray(series).map(({ name, data }) => ({
      name: String(name),
      values: categories.map((category) => number(asArray(data).find(({ label }) => label === category)?.value)),
    })),
  };
}

function spoken({ categories, series }) {
  return series
    .map(
      ({ name, values }) =>
        `${name === '' ? '' : `${name}: `}${categories.map((category, at) => `${category} ${values[at]}`).join(', ')}`,
    )
    .join('. ');
}

/** Bars, lines or areas. */
function lines({ type, axis_config: axis = {} }, { categories, series }, attributes) {
  const { low, high, step } = scaleOf(series.flatMap(({ values }) => values.map(drawable)));
  const y = (value) => PLOT.bottom - ((drawable(value) - low) / (high - low)) * (PLOT.bottom - PLOT.top);
  const slot = (PLOT.right - PLOT.left) / Math.max(1, categories.length);
  const x = (at) => PLOT.left + slot * (at + 0.5);
  const nodes = [];
  for (let tick = Math.round(low / step); tick <= Math.round(high / step); tick += 1) {
    const value = tick * step;
    nodes.push(svg('line', { class: 'grid', x1: PLOT.left, x2: PLOT.right, y1: y(value), y2: y(value) }));
    nodes.push(svg('text', { x: PLOT.left - 6, y: y(value) + 4, 'text-anchor': 'end' }, short(value)));
  }
  const every = Math.ceil(categories.length / MAX_LABELS);
  for (const [at, category] of categories.entries())
    if (at % every === 0)
      nodes.push(svg('text', { x: x(at), y: PLOT.bottom + 18, 'text-anchor': 'middle' }, cut(category)));
  for (const [nth, { values }] of series.entries()) {
    const color = `color-${nth % COLORS}`;
    const path = values.map((value, at) => `${at === 0 ? 'M' : 'L'}${x(at)} ${y(value)}`).join('');
    if (type === 'bar') nodes.push(...bars(values, { nth, of: series.length, color, slot, x, y }));
    if (type === 'area')
      nodes.push(
        svg('path', { class: `area ${color}`, d: `${path}L${x(values.length - 1)} ${y(0)}L${x(0)} ${y(0)}Z` }),
      );
    if (type !== 'bar') nodes.push(svg('path', { class: `line ${color}`, d: path }));
    if (type === 'line')
      nodes.push(...values.map((value, at) => svg('circle', { class: color, cx: x(at), cy: y(value), r: 3 })));
  }
  nodes.push(svg('line', { class: 'axis', x1: PLOT.left, x2: PLOT.right, y1: y(0), y2: y(0) }));
  nodes.push(...axisNames(axis));
  return svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, ...attributes }, ...nodes);
}

function axisNames({ x_label: x, y_label: y }) {
  const [middle, height] = [(PLOT.left + PLOT.right) / 2, (PLOT.top + PLOT.bottom) / 2];
  const centered = { 'text-anchor': 'middle' };
  return [
    ...(x ? [svg('text', { ...centered, x: middle, y: HEIGHT - 6 }, String(x))] : []),
    ...(y ? [svg('text', { ...centered, transform: `translate(12 ${height}) rotate(-90)` }, String(y))] : []),
  ];
}

function bars(values, { nth, of, color, slot, x, y }) {
  const width = (slot * 0.8) / of;
  return values.map((value, at) =>
    svg('rect', {
      class: color,
      x: x(at) - slot * 0.4 + width * nth,
      y: Math.min(y(value), y(0)),
      width: Math.max(1, width - 1),
      height: Math.abs(y(value) - y(0)),
    }),
  );
}

function pie(_chart, { series: [{ values }] }, attributes) {
  const shares = sharesOf(values);
  const edge = (share) => {
    const angle = share * 2 * Math.PI;
    return `${PIE.x + PIE.radius * Math.sin(angle)} ${PIE.y - PIE.radius * Math.cos(angle)}`;
  };
  let from = 0;
  const slices = shares.map((share, at) => {
    const start = from;
    from += share;
    const attributesOfSlice = { class: `slice color-${at % COLORS}` };
    // An arc that ends where it starts is none.
    if (share > 0.999) return svg('circle', { ...attributesOfSlice, cx: PIE.x, cy: PIE.y, r: PIE.radius });
    const arc = `A${PIE.radius} ${PIE.radius} 0 ${share > 0.5 ? 1 : 0} 1 ${edge(from)}`;
    return svg('path', { ...attributesOfSlice, d: `M${PIE.x} ${PIE.y}L${edge(start)}${arc}Z` });
  });
  return svg('svg', { class: 'pie', viewBox: `0 0 ${2 * PIE.x} ${2 * PIE.y}`, ...attributes }, ...slices);
}

function legend(type, { categories, series }) {
  const shares = type === 'pie' ? sharesOf(series[0].values) : [];
  const names =
    type === 'pie'
      ? categories.map((category, at) => `${category} ${Math.round(100 * shares[at])}%`)
      : series.map(({ name }) => name);
  return el(
    'ul',
    { class: 'legend', 'aria-hidden': 'true' },
    ...names.map((name, at) => el('li', {}, el('i', { class: `color-${at % COLORS}` }), name)),
  );
}

function table({ categories, series }, label) {
  const heads = [label ?? '', ...series.map(({ name }) => name || 'Value')];
  const head = heads.map((name) => el(name === '' ? 'td' : 'th', {}, name));
  const rows = categories.map((category, at) =>
    el('tr', {}, el('th', { scope: 'row' }, category), ...series.map(({ values }) => el('td', {}, String(values[at])))),
  );
  const frame = { class: 'table', role: 'group', 'aria-label': 'Values', tabindex: '0' };
  return el('div', frame, el('table', {}, el('thead', {}, el('tr', {}, ...head)), el('tbody', {}, ...rows)));
}

/** Round values around those of the chart and 0. */
function scaleOf(values) {
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
  const rough = (most - least || 1) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
  return { low: Math.floor(least / step) * step, high: Math.ceil(most / step) * step || step, step };
}

function sharesOf(values) {
  const parts = values.map(drawable);
  const total = parts.reduce((sum, part) => sum + part, 0) || 1;
  return parts.map((part) => part / total);
}

function drawable(value) {
  return Math.abs(value) < SMALLEST ? 0 : Math.max(-LARGEST, Math.min(LARGEST, value));
}

function short(value) {
  const size = Math.abs(value);
  const notation = size >= 1e15 || (size > 0 && size < 1e-4) ? 'scientific' : 'compact';
  return new Intl.NumberFormat('en', { notation, maximumSignificantDigits: 3 }).format(value);
}

function cut(label) {
  return label.length > LABEL_CHARACTERS ? `${label.slice(0, LABEL_CHARACTERS - 1)}…` : label;
}

function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
