import { el, say } from '../dom.js';
import { earlier } from './earlier.js';
import { counted, duration } from './format.js';
import { rows } from './rows.js';
import { line, section } from './section.js';

const OUTCOMES = { ok: 'ok', running: 'running…', broken: 'no answer' };

/** What the bot asked of Slack. A streamed reply is one method many times over: those stand in one row. */
export function callsSection() {
  const none = line('sentence');
  const body = el('tbody', {});
  const unfolded = new Set();
  let first = 0;
  let groups = [];
  const fold = earlier(body, 'row');
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
  const { node, about } = section('Slack calls', none.node, fold.button, table);

  function toggle(key) {
    if (!unfolded.delete(key)) unfolded.add(key);
    draw();
  }

  function draw() {
    show(groups.flatMap((group) => rowsOf(group, first, unfolded.has(group.key))));
    fold.update();
  }

  return {
    node,
    update({ calls }) {
      about(calls.length > 0 ? callsSaid(calls) : '');
      none.say(calls.length > 0 ? '' : 'Slack was not called yet.');
      table.hidden = calls.length === 0;
      first = calls[0]?.at ?? 0;
      groups = foldedCalls(calls);
      draw();
    },
  };
}

/** "60 calls, 2 failed". */
export function callsSaid(calls) {
  const failed = calls.filter(isFailed).length;
  return failed > 0 ? `${counted(calls.length, 'call')}, ${failed} failed` : counted(calls.length, 'call');
}

/** Runs of one method that all went well, each as `{ key, calls }`; any other call is a run of its own. */
export function foldedCalls(calls) {
  const runs = [];
  for (const [at, call] of calls.entries()) {
    const run = runs.at(-1);
    const goesOn = run && call.outcome === 'ok' && run.calls[0].outcome === 'ok' && run.calls[0].method === call.method;
    if (goesOn) run.calls.push(call);
    else runs.push({ key: String(at), calls: [call] });
  }
  return runs;
}

/** "38–92 ms"; '' while nothing is known. */
export function took(calls) {
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
    took: took(calls),
    outcome,
  };
  if (!open || calls.length === 1) return [head];
  const members = calls.map((call, place) => ({
    key: `${key} member ${place}`,
    member: true,
    method: call.method,
    count: 1,
    after: call.at - first,
    took: took([call]),
    outcome: call.outcome,
  }));
  return [head, ...members];
}

function callRow({ member }) {
  const method = el('span', {});
  return cells(method, ({ method: name }) => say(method, name), member ? 'member' : '');
}

function groupRow({ group }, toggle) {
  const button = el('button', { type: 'button', class: 'unfold', onclick: () => toggle(group) });
  return cells(button, ({ method, count, open }) => {
    button.setAttribute('aria-expanded', String(open));
    say(button, `${method} ×${count}`);
  });
}

function cells(name, updateName, className = '') {
  const [after, ms, outcome] = [el('td', { class: 'number' }), el('td', { class: 'number' }), el('td', {})];
  return {
    node: el('tr', { class: className }, after, el('td', { class: 'method' }, name), ms, outcome),
    update(row) {
      updateName(row);
      say(after, `+${duration(row.after)}`);
      say(ms, row.took);
      outcome.className = isFailed(row) ? 'outcome failed' : 'outcome';
      say(outcome, OUTCOMES[row.outcome] ?? row.outcome);
    },
  };
}
