import { el, say } from '../dom.js';
import { rows } from './rows.js';

/**
 * Amounts beside each other in one bar, and below it the same in words: the bar is for the eye only.
 * `update([{ name, tone, amount, text }])`; `tone` is a class of its colour.
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
      // One amount alone compares with nothing.
      segments.hidden = segments.childElementCount < 2;
    },
  };
}

function segment({ tone }) {
  const node = el('span', { class: tone });
  // Through the object model: a style attribute is against the page's content policy.
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
  return { node, update: ({ text }) => say(value, text) };
}
