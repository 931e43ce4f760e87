import { el, setText } from '../dom.js';
import { counted, dollars, number } from './format.js';
import { rows } from './rows.js';
import { section } from './section.js';

const NANOS_PER_USD = 1_000_000_000;
const PERIODS = { today: 'today', month: 'this month' };
const COLUMNS = ['Whose', 'Calls', 'Tokens in', 'Cached', 'Cache writes', 'Out', 'Cost'];

/** Section with usage: of this conversation; of its people, channel and workspace, today and this month. */
export function usageSection(world) {
  const body = el('tbody', {});
  const head = el('thead', {}, el('tr', {}, ...COLUMNS.map((name) => el('th', { scope: 'col' }, name))));
  const { node, setCaption } = section('Usage', el('table', { class: 'calls' }, head, body));
  node.title = 'Days and months are in UTC';
  const show = rows(
    body,
    ({ owner, id, period }) => `${owner} ${id} ${period}`,
    () => usageRow(world),
  );

  return {
    node,
    update({ usage = [] }) {
      node.hidden = usage.length === 0;
      const thread = usage.find(({ owner }) => owner === 'thread');
      setCaption(thread ? `${costText(thread.total)} for ${counted(thread.total.calls, 'model call')}` : '');
      show(usage);
    },
  };
}

function usageRow(world) {
  const owner = el('td', {});
  const numbers = COLUMNS.slice(1).map(() => el('td', { class: 'number' }));
  return {
    node: el('tr', {}, owner, ...numbers),
    update(row) {
      setText(owner, ownerText(row, world));
      const { calls, promptTokens, cachedTokens, cacheWriteTokens, completionTokens } = row.total;
      const counts = [calls, promptTokens, cachedTokens, cacheWriteTokens, completionTokens];
      const values = [...counts.map(number), costText(row.total)];
      for (const [at, cell] of numbers.entries()) setText(cell, values[at]);
    },
  };
}

/** "Ada, today". */
export function ownerText({ owner, id, period }, world) {
  if (owner === 'thread') return 'This conversation';
  if (owner === 'summaries') return 'of which summaries';
  const name = owner === 'person' ? world.nameOf(id) : owner === 'channel' ? placeOf(world, id) : 'Everybody';
  return `${name}, ${PERIODS[period]}`;
}

function placeOf(world, id) {
  const channel = world.channels.get(id);
  return channel.kind === 'channel' || channel.kind === 'private' ? world.titleOf(channel) : 'This direct message';
}

export function costText({ calls, unpriced, costNanos }) {
  if (unpriced === calls) return 'unknown';
  const cost = dollars(costNanos / NANOS_PER_USD);
  return unpriced > 0 ? `at least ${cost}` : cost;
}
