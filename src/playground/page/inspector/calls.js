import { el, setText } from '../dom.js';
import { collapseOlder } from './collapse-older.js';
import { counted, duration } from './format.js';
import { rows } from './rows.js';
import { line, section } from './section.js';

const OUTCOMES = { ok: 'ok', running: 'running…', broken: 'no answer' };

/** Section with the bot's Slack calls. A streamed reply repeats one method many times: such calls share a row. */
export function callsSection() {
  const none = line('sentence');
  const body = el('tbody', {});
  const expanded = new Set();
  let first = 0;
  let groups = [];
  const fold = collapseOlder(body, 'row');
  const show = rows(
    body,
    ({ key }) => key,
    (row) => (row.count > 1 ? groupRow(row, toggle) : callRow(row)),
  );
  const table = el(
    'table',
    { class: 'calls' },
    el(
      'thead',
      {},
      el('tr', {}, ...['After', 'Method', 'Took', 'Outcome'].map((name) => el('th', { scope: 'col' }, name))),
    ),
    body,
  );
  const { node, setCaption } = section('Slack calls', none.node, fold.button, table);

  function toggle(key) {
    if (!expanded.delete(key)) expanded.add(key);
    draw();
  }

  function draw() {
    show(groups.flatMap((group) => rowsOf(group, first, expanded.has(group.key))));
    fold.update();
  }

  return {
    node,
    update({ calls }) {
      setCaption(calls.length > 0 ? callsText(calls) : '');
      none.setText(calls.length > 0 ? '' : 'No Slack calls yet.');
      table.hidden = calls.length === 0;
      first = calls[0]?.at ?? 0;
      groups = groupCalls(calls);
      draw();
    },
  };
}

/** "60 calls, 2 failed". */
export function callsText(calls) {
  const failed = calls.filter(isFailed).length;
  return failed > 0 ? `${counted(calls.length, 'call')}, ${failed} failed` : counted(calls.length, 'call');
}

/** Groups consecutive successful calls of one method: `{ key, calls }[]`. Any other call is a group by itself. */
export function groupCalls(calls) {
  const groups = [];
  for (const [at, call] of calls.entries()) {
    const group = groups.at(-1);
    const continues =
      group && call.outcome === 'ok' && group.calls[0].outcome === 'ok' && group.calls[0].method === call.method;
    if (continues) group.calls.push(call);
    else groups.push({ key: String(at), calls: [call] });
  }
  return groups;
}

/** "38–92 ms"; '' while no call has ended. */
export function durationText(calls) {
  const known = calls.flatMap(({ ms }) => (ms === undefined ? [] : [Math.round(ms)]));
  if (known.length === 0) return '';
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return least === most
    ? duration(most)
    : most < 1000
      ? `${least}–${duration(most)}`
      : `${duration(least)}–${duration(most)}`;
}

function isFailed({ outcome }) {
  return outcome !== 'ok' && outcome !== 'running';
}

function rowsOf({ key, calls }, first, open) {
  const [{ method, at, outcome }] = calls;
  const head = {
    key: calls.length > 1 ? `${key} group` : key,
    group: key,
    method,
    count: calls.length,
    open,
    after: at - first,
    took: durationText(calls),
    outcome,
  };
  if (!open || calls.length === 1) return [head];
  const members = calls.map((call, place) => ({
    key: `${key} member ${place}`,
    member: true,
    method: call.method,
    count: 1,
    after: call.at - first,
    took: durationText([call]),
    outcome: call.outcome,
  }));
  return [head, ...members];
}

function callRow({ member }) {
  const method = el('span', {});
  return cells(method, ({ method: name }) => setText(method, name), member ? 'member' : '');
}

function groupRow({ group }, toggle) {
  const button = el('button', { type: 'button', class: 'unfold', onclick: () => toggle(group) });
  return cells(button, ({ method, count, open }) => {
    button.setAttribute('aria-expanded', String(open));
    setText(button, `${method} ×${count}`);
  });
}

function cells(name, updateName, className = '') {
  const [after, ms, outcome] = [el('td', { class: 'number' }), el('td', { class: 'number' }), el('td', {})];
  return {
    node: el('tr', { class: className }, after, el('td', { class: 'method' }, name), ms, outcome),
    update(row) {
      updateName(row);
      setText(after, `+${duration(row.after)}`);
      setText(ms, row.took);
      outcome.className = isFailed(row) ? 'outcome failed' : 'outcome';
      setText(outcome, OUTCOMES[row.outcome] ?? row.outcome);
    },
  };
}
