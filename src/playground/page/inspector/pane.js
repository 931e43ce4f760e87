import { el, setText } from '../dom.js';
import { icon } from '../icons.js';
import { fetchInspection } from '../server.js';
import { answerSection } from './answer.js';
import { callsSection } from './calls.js';
import { channelSection } from './channel.js';
import { clock, millisecondsOf } from './format.js';
import { memorySection } from './memory.js';
import { promptSection } from './prompt.js';
import { Refresher } from './refresher.js';
import { rerunSection } from './rerun.js';
import { runsSection } from './runs.js';
import { line } from './section.js';
import { timelineSection } from './timeline.js';
import { usageSection } from './usage.js';

/** The inspector: a pane next to the thread, with the bot's memory, prompt, answer and calls. */
export function inspectorPane(world) {
  const where = el('p', {});
  const column = el('div', {
    class: 'column',
    role: 'region',
    tabindex: '0',
    'aria-label': 'About this conversation',
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
        {
          type: 'button',
          class: 'close tool',
          'aria-label': 'Close the inspector',
          onclick: () => world.inspect(false),
        },
        icon('x'),
      ),
    ),
    column,
  );

  let shownKey;
  let view = viewOf(world);
  const refresher = new Refresher({
    load: fetchInspection,
    show: (inspection) => view.show(inspection),
    fail: (error) => view.fail(error),
    sleep,
  });
  let shownRun;
  world.onObserved(({ channel, thread }) => {
    if (shownKey === keyOf({ channel, thread })) refresher.invalidate();
  });

  node.render = () => {
    const place = world.inspecting ? world.inspected : undefined;
    node.hidden = place === undefined;
    if (place) setText(where, placeText(world, place));
    // Reload after a restart of the bot's process or a reconnect, since the memory may differ.
    const version = place && `${keyOf(place)} ${world.connected} ${world.process.state} ${world.process.starts}`;
    const before = shownKey;
    shownKey = place && keyOf(place);
    if (before !== shownKey) {
      view = viewOf(world);
      column.replaceChildren(...view.nodes);
      column.scrollTop = 0;
      refresher.watch(place && { ...place, run: world.run });
    } else if (shownRun !== world.run) {
      refresher.watch({ ...place, run: world.run });
    } else if (node.dataset.of !== version) {
      refresher.invalidate();
    }
    shownRun = world.run;
    if (version !== undefined) node.dataset.of = version;
  };
  return node;
}

/** Sections for one conversation, empty until `show`. New ones per conversation, so that all start collapsed. */
function viewOf(world) {
  const problem = line('sentence alarm');
  problem.node.setAttribute('role', 'status');
  const emptyNote = line('sentence');
  const sections = [
    runsSection(world),
    timelineSection(world),
    answerSection(),
    promptSection(),
    rerunSection(world),
    memorySection(world),
    channelSection(world),
    usageSection(world),
    callsSection(),
  ];
  const content = el('div', { hidden: true }, ...sections.map((section) => section.node));
  return {
    nodes: [problem.node, emptyNote.node, content],
    show(inspection) {
      const empty = isEmpty(inspection);
      problem.setText('');
      emptyNote.setText(empty ? 'Nothing yet: nobody has written here.' : '');
      content.hidden = empty;
      for (const section of sections) section.update(inspection);
    },
    /** Keeps view the last inspection below the error. */
    fail: (error) => problem.setText(error.message),
  };
}

export function isEmpty({ memory, unavailable, prompt, answer, calls, runs }) {
  return (
    runs.length === 0 &&
    (memory?.turns.length ?? 0) === 0 &&
    unavailable === undefined &&
    !prompt &&
    !answer &&
    calls.length === 0
  );
}

function placeText(world, { channel, thread }) {
  const place = world.channels.get(channel);
  const title = world.titleOf(place);
  if (thread === '') return `${title}, outside any thread`;
  const root = place.messages.find(({ ts }) => ts === thread);
  const by = root ? ` by ${world.nameOf(root.user)}` : '';
  return `${title}, thread started${by} at ${clock(millisecondsOf(thread))}`;
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
