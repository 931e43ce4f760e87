import { el, say } from '../dom.js';
import { answerSection } from './answer.js';
import { callsSection } from './calls.js';
import { clock, momentOf } from './format.js';
import { Freshener } from './fresh.js';
import { memorySection } from './memory.js';
import { promptSection } from './prompt.js';
import { line } from './section.js';
import { usageSection } from './usage.js';
import { inspectionOf } from '../server.js';

/** What the bot remembers of a conversation and what exactly it sent for it: a pane beside the thread. */
export function inspectorPane(world) {
  const where = el('p', {});
  const column = el('div', {
    class: 'column',
    role: 'region',
    tabindex: '0',
    'aria-label': 'What is known of this conversation',
  });
  const node = el(
    'aside',
    {
      class: 'pane inspector',
      'aria-label': 'Inspector',
      hidden: true,
      onkeydown: (event) => event.key === 'Escape' && world.inspect(false),
    },
    el(
      'header',
      { class: 'bar' },
      el('div', {}, el('h2', {}, 'Inspector'), where),
      el(
        'button',
        { type: 'button', class: 'close', 'aria-label': 'Close the inspector', onclick: () => world.inspect(false) },
        '✕',
      ),
    ),
    column,
  );

  let shown;
  let showing = viewOf(world);
  const fresh = new Freshener({
    load: inspectionOf,
    show: (inspection) => showing.show(inspection),
    fail: (error) => showing.fail(error),
    sleep,
  });
  world.onObserved(({ channel, thread }) => {
    if (shown === keyOf({ channel, thread })) fresh.changed();
  });

  node.render = () => {
    const place = world.inspecting ? world.inspected : undefined;
    node.hidden = place === undefined;
    if (place) say(where, placeSaid(world, place));
    // A bot's process that came or went says something else of its memory; so may a playground that is back.
    const now = place && `${keyOf(place)} ${world.connected} ${world.process.state} ${world.process.starts}`;
    const before = shown;
    shown = place && keyOf(place);
    if (before !== shown) {
      showing = viewOf(world);
      column.replaceChildren(...showing.nodes);
      column.scrollTop = 0;
      fresh.look(place);
    } else if (node.dataset.of !== now) {
      fresh.changed();
    }
    if (now !== undefined) node.dataset.of = now;
  };
  return node;
}

/** The sections of one conversation, empty until `show`: another conversation begins with everything closed. */
function viewOf(world) {
  const problem = line('sentence alarm');
  problem.node.setAttribute('role', 'status');
  const nothing = line('sentence');
  const sections = [memorySection(world), promptSection(), answerSection(world), usageSection(world), callsSection()];
  const content = el('div', { hidden: true }, ...sections.map((section) => section.node));
  return {
    nodes: [problem.node, nothing.node, content],
    show(inspection) {
      const empty = knowsNothing(inspection);
      problem.say('');
      nothing.say(empty ? 'Nothing yet: the bot has not been asked here.' : '');
      content.hidden = empty;
      for (const section of sections) section.update(inspection);
    },
    /** What was seen last stays: it was true a moment ago. */
    fail: (error) => problem.say(error.message),
  };
}

export function knowsNothing({ memory, unavailable, prompt, answer, calls }) {
  return (memory?.turns.length ?? 0) === 0 && unavailable === undefined && !prompt && !answer && calls.length === 0;
}

function placeSaid(world, { channel, thread }) {
  const place = world.channels.get(channel);
  const title = world.titleOf(place);
  if (thread === '') return `${title}, outside any thread`;
  const root = place.messages.find(({ ts }) => ts === thread);
  const by = root ? ` ${world.nameOf(root.user)} began` : '';
  return `${title}, the thread${by} at ${clock(momentOf(thread))}`;
}

function keyOf({ channel, thread }) {
  return `${channel}:${thread}`;
}

function sleep(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
