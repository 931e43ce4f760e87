import { addressOf } from '../address.js';
import { el, setText } from '../dom.js';
import { copyButton } from './copy.js';
import { duration, withNames } from './format.js';
import { rows } from './rows.js';
import { line, section } from './section.js';

const PHASES = {
  delivering: 'Slack to bot',
  storing: 'Storing',
  queued: 'In the queue',
  preparing: 'Preparing',
  model: 'To first token',
  retrying: 'Retrying',
  writing: 'Writing',
  finishing: 'Finishing',
  held: 'Rate-limited',
  down: 'Bot down',
};
const SIDES = { slack: 'Slack', store: 'store', queue: 'queue', bot: 'bot', model: 'model' };
const TICK_MS = 1_000;
/** Narrower bars cannot be seen. */
const MIN_PERCENT = 0.8;

/** Section with what happened in a run, on all sides: bars for where the time went, then each event. */
export function timelineSection(world) {
  const none = line('sentence');
  const why = line('sentence why');
  const copy = copyButton('Copy a link to this', 'The link');
  const bars = el('ol', { class: 'phases' });
  const events = el('ol', { class: 'events' });
  const { node, setCaption } = section('Timeline', none.node, why.node, bars, events, copy.button, copy.node);
  const showBars = rows(bars, (_, at) => at, phaseRow);
  const showEvents = rows(
    events,
    (_, at) => at,
    () => eventRow(world),
  );
  let phases = [];
  let timer;

  /** Again every second while the last phase goes on, though nothing happens. */
  function drawBars() {
    clearTimeout(timer);
    showBars(barsOf(phases, Date.now()));
    const goesOn = phases.length > 0 && phases.at(-1).to === undefined;
    if (goesOn) timer = setTimeout(() => node.isConnected && drawBars(), TICK_MS);
  }

  return {
    node,
    update({ run, runs }) {
      const view = runs.find(({ id }) => id === run?.id);
      none.setText(run ? '' : 'Nothing has happened yet.');
      why.setText(view?.state === 'unanswered' ? `No answer: ${withNames(view.why, (id) => world.nameOf(id))}` : '');
      copy.button.hidden = !run;
      copy.update(() => `${location.origin}${addressOf(world, run.id)}`);
      setCaption(view?.ms === undefined ? '' : `${duration(view.ms)} in all`);
      phases = run?.phases ?? [];
      bars.hidden = phases.length === 0;
      drawBars();
      const start = Math.min(view?.at ?? Infinity, run?.events[0]?.at ?? Infinity);
      showEvents((run?.events ?? []).map((event) => ({ ...event, after: event.at - start })));
    },
  };
}

/** Offset and width in percent of the whole. A phase without an end lasts until `now`. */
export function barsOf(phases, now) {
  const start = phases[0]?.from ?? 0;
  const end = Math.max(...phases.map(({ from, to }) => to ?? Math.max(now, from)), start + 1);
  const whole = end - start;
  return phases.map(({ name, from, to }) => {
    const width = Math.max((((to ?? end) - from) / whole) * 100, MIN_PERCENT);
    const offset = Math.min(((from - start) / whole) * 100, 100 - width);
    return { name, offset, width, text: to === undefined ? `${duration(end - from)}…` : duration(to - from) };
  });
}

function phaseRow() {
  const name = el('span', { class: 'name' });
  const bar = el('span', {});
  const time = el('span', { class: 'number' });
  return {
    node: el('li', {}, name, el('span', { class: 'track', 'aria-hidden': 'true' }, bar), time),
    update(phase) {
      setText(name, PHASES[phase.name]);
      setText(time, phase.text);
      bar.className = `phase-${phase.name}`;
      // Set from JavaScript: the page's content security policy forbids style attributes.
      bar.style.marginLeft = `${phase.offset}%`;
      bar.style.width = `${phase.width}%`;
    },
  };
}

function eventRow(world) {
  const after = el('span', { class: 'number' });
  const side = el('span', {});
  const text = el('span', { class: 'words' });
  const took = el('span', { class: 'number' });
  const node = el('li', {}, after, side, text, took);
  return {
    node,
    update(event) {
      setText(after, afterText(event.after));
      side.className = `side of-${event.side}`;
      setText(side, SIDES[event.side]);
      setText(
        text,
        withNames(event.text, (id) => world.nameOf(id)),
      );
      node.classList.toggle('is-problem', event.problem === true);
      setText(took, event.ms === undefined ? '' : duration(event.ms));
    },
  };
}

/** "+1.20 s". */
export function afterText(ms) {
  return `+${duration(ms)}`;
}
