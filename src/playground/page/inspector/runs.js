import { el, setText } from '../dom.js';
import { exportPath } from '../server.js';
import { collapseOlder } from './collapse-older.js';
import { clock, counted, duration, shortened, withNames } from './format.js';
import { rows } from './rows.js';
import { section } from './section.js';

const MAX_CHARACTERS = 70;
/** Label per state; a run that is done shows its duration. */
const STATES = {
  waiting: 'waiting',
  writing: 'writing',
  done: 'done',
  failed: 'failed',
  interrupted: 'interrupted',
  unanswered: 'no answer',
  withdrawn: 'withdrawn',
};

/** Section with every answer of the conversation, and every message without one. Choosing one shows it below. */
export function runsSection(world) {
  const list = el('ol', { class: 'runs' });
  const fold = collapseOlder(list, 'run');
  const newest = el(
    'button',
    { type: 'button', class: 'small', hidden: true, onclick: () => world.selectRun(undefined) },
    'Follow the latest',
  );
  const file = el('a', { class: 'small', download: true }, 'Export as a file');
  file.title = 'The conversation with its runs, as JSON: npm run replay -- FILE plays it again';
  const { node, setCaption } = section('Runs', fold.button, list, el('div', { class: 'after' }, newest, file));
  const show = rows(
    list,
    ({ id }) => id,
    (run) => runRow(world, run),
  );
  return {
    node,
    update({ runs, run }) {
      setCaption(captionText(runs));
      const last = runs.at(-1)?.id;
      show(runs.map((known) => ({ ...known, isShown: known.id === run?.id, isLast: known.id === last })));
      newest.hidden = world.run === undefined || runs.length < 2;
      fold.update();
      file.setAttribute('href', exportPath(world.inspected));
    },
  };
}

/** "3 answers, 1 message without". */
export function captionText(runs) {
  const without = runs.filter(({ state }) => state === 'unanswered').length;
  const answers = counted(runs.length - without, 'answer');
  return without > 0 ? `${answers}, ${counted(without, 'message')} without` : answers;
}

/** What stands at the end of a row: "2.31 s", or the state. */
export function stateText({ state, ms }) {
  return state === 'done' && ms !== undefined ? duration(ms) : STATES[state];
}

function runRow(world, { id, at }) {
  const who = el('span', { class: 'author' });
  const text = el('span', { class: 'words' });
  const state = el('span', {});
  const why = el('span', { class: 'why' });
  let isLast = false;
  const button = el(
    'button',
    // The newest one is followed: a run that begins later is shown then.
    { type: 'button', onclick: () => world.selectRun(isLast ? undefined : id) },
    el('time', { datetime: new Date(at).toISOString() }, clock(at)),
    el('span', { class: 'question' }, who, ' ', text),
    state,
    why,
  );
  return {
    node: el('li', {}, button),
    update(run) {
      isLast = run.isLast;
      if (run.isShown) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
      setText(who, run.user ? world.nameOf(run.user) : '');
      setText(
        text,
        shortened(
          withNames(run.text, (user) => world.nameOf(user)),
          MAX_CHARACTERS,
        ) + (run.questions.length > 1 ? ` (+ ${counted(run.questions.length - 1, 'question')})` : ''),
      );
      state.className = `result is-${run.state}`;
      setText(state, stateText(run));
      why.hidden = run.why === undefined;
      setText(
        why,
        withNames(run.why ?? '', (user) => world.nameOf(user)),
      );
    },
  };
}
