import { el, setText } from '../dom.js';
import { rows } from './rows.js';

/**
 * A stacked bar with a legend. The bar is hidden from screen readers; the legend says the same.
 * `update([{ name, tone, amount, text }])`; `tone` is the CSS class of the colour.
 */
export function bar() {
  const segments = el('div', { class: 'segments', 'aria-hidden': 'true' });
  const legend = el('ul', { class: 'legend' });
  const keyOf = ({ name }) => name;
  const drawSegments = rows(segments, keyOf, segment);
  const writeLegend = rows(legend, keyOf, entry);
  return {
    node: el('div', { class: 'measure' }, segments, legend),
    update(parts) {
      drawSegments(parts.filter(({ amount }) => amount > 0));
      writeLegend(parts);
      // A single amount needs no bar.
      segments.hidden = segments.childElementCount < 2;
    },
  };
}

function segment({ tone }) {
  const node = el('span', { class: tone });
  // Set from JavaScript: the page's content security policy forbids style attributes.
  return { node, update: ({ amount }) => (node.style.flexGrow = String(amount)) };
}

function entry({ name, tone }) {
  const value = el('span', { class: 'value' });
  const node = el(
    'li',
    {},
    el('span', { class: `swatch ${tone}`, 'aria-hidden': 'true' }),
    el('span', { class: 'name' }, name),
    ' ',
    value,
  );
  return { node, update: ({ text }) => setText(value, text) };
}
