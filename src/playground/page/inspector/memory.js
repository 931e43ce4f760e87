import { el, setText } from '../dom.js';
import { joinNames } from '../message/reactions.js';
import { collapseOlder } from './collapse-older.js';
import { expandableText } from './expandable-text.js';
import { clock, counted, millisecondsOf, shortened, withNames } from './format.js';
import { rows } from './rows.js';
import { line, section } from './section.js';

/** Fits into two lines of the pane, where CSS cuts the text as well. */
const MAX_CHARACTERS = 90;

/** Label and tooltip per state. */
const STATES = {
  waiting: ['waiting', 'A question without an answer yet'],
  answering: ['being answered', 'Its reply is being written'],
  answered: ['answered', 'Its reply is in Slack'],
  context: ['context', 'Read as context; not a question for the bot'],
  reply: ['reply', 'Written by the bot'],
  notice: ['notice', 'A notice of the bot, such as an error. Never sent to the model'],
};

/** Label and tooltip for a turn with `editedSince`. */
const STATES_EDITED_SINCE = {
  answering: ['being answered without this edit', 'The prompt has the text from before the edit'],
  answered: ['answered before this edit', 'The prompt had the text from before the edit'],
};

/** Section with the turns in the bot's memory. */
export function memorySection(world) {
  const unavailable = line('sentence');
  const list = el('ol', { class: 'turns' });
  const fold = collapseOlder(list, 'turn');
  const backlog = line('sentence');
  const noSummary = line('sentence');
  const summaries = el('div', {});
  const { node, setCaption } = section(
    'Memory',
    unavailable.node,
    summaries,
    fold.button,
    list,
    backlog.node,
    noSummary.node,
  );
  const showSummaries = rows(summaries, ({ id }) => id, summaryRow);
  const show = turnRows(world, list);

  return {
    node,
    update({ memory, unavailable: why, prompt }) {
      setCaption(memory ? turnsText(memory.turns) : '');
      unavailable.setText(memory ? '' : (why ?? 'The bot has no memory of this conversation.'));
      show(memory?.turns ?? []);
      fold.update();
      backlog.setText(memory && backlogText(memory));
      noSummary.setText(memory && summaryNote(memory, prompt));
      showSummaries(memory?.segments ?? []);
    },
  };
}

/** "5 turns, 1 waiting". */
export function turnsText(turns) {
  const of = (state) => turns.filter((turn) => turn.state === state).length;
  const [waiting, answering] = [of('waiting'), of('answering')];
  return [
    counted(turns.length, 'turn'),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ...(answering > 0 ? [`${answering} being answered`] : []),
  ].join(', ');
}

function backlogText({ backlogRead }) {
  return backlogRead ? 'Earlier messages in this thread: loaded.' : 'Earlier messages in this thread: not loaded.';
}

/** Note about the summaries: why there is none, or no newer one; '' for nothing to report. */
export function summaryNote({ segments, summaryProblem: problem }, prompt) {
  if (problem !== undefined)
    return `No new summary (${problem}). It is tried again after a reply in ten minutes; until then, prompts contain less of a long conversation.`;
  return segments.length === 0 ? noSummaryText(prompt) : '';
}

/** Explains what the last prompt left out, which no summary replaces. */
export function noSummaryText(prompt) {
  if (!prompt) return 'No summary. Nothing has been sent to a model yet.';
  const without = prompt.leftOut.map((sentence) => {
    const [what] = sentence.split(': ');
    return what.charAt(0).toLowerCase() + what.slice(1);
  });
  return `No summary. The last prompt had every earlier turn word for word${without.length > 0 ? `, except ${joinNames(without)}` : ''}.`;
}

/** A summary, which expands. */
function summaryRow() {
  const head = el('span', {});
  const text = expandableText(head);
  return {
    node: text.node,
    update(segment) {
      const turns = counted(segment.turns, 'turn');
      setText(head, segment.text ? `Summary, sent in place of ${turns}` : `${turns} left out: no summary was made`);
      text.update(segment.text);
    },
  };
}

/** "names @Linus"; '' for a turn that is answered, or whose reason is not known. */
export function whyText({ why = '' }, nameOf) {
  return withNames(why, nameOf);
}

/** Keeps a list of turns up to date. */
export function turnRows(world, list) {
  return rows(
    list,
    ({ ts }) => ts,
    (turn) => turnRow(world, turn),
  );
}

/** A turn: who, when, its state, why it gets no answer, its text. */
function turnRow(world, { user, name: ownName, ts }) {
  const at = millisecondsOf(ts);
  const badge = el('span', {});
  const deliveries = line('deliveries');
  deliveries.node.title =
    'A mention comes as two events, and Slack repeats what was not acknowledged. The bot keeps one message';
  const why = line('deliveries');
  why.node.title = "Why the bot doesn't answer it";
  const short = el('p', {});
  const head = el('span', { class: 'head' });
  const whole = expandableText(head);
  const node = el(
    'li',
    { class: 'turn' },
    el(
      'div',
      { class: 'who' },
      el('span', { class: 'author' }, ownName ?? world.nameOf(user)),
      el('time', { datetime: new Date(at).toISOString() }, clock(at)),
      deliveries.node,
      why.node,
      badge,
    ),
    short,
    whole.node,
  );
  return {
    node,
    update(turn) {
      const [name, meaning] = (turn.editedSince ? STATES_EDITED_SINCE : STATES)[turn.state];
      badge.className = `state is-${turn.state}`;
      badge.title = meaning;
      setText(badge, name);
      why.setText(whyText(turn, (id) => world.nameOf(id)));
      deliveries.setText(turn.deliveries > 1 ? `${turn.deliveries} events` : '');
      const text = withNames(turn.text, (id) => world.nameOf(id));
      const beginning = shortened(text, MAX_CHARACTERS);
      const fits = beginning === text.trim();
      short.hidden = !fits;
      whole.node.hidden = fits;
      setText(short, beginning || '(no text)');
      setText(head, beginning);
      whole.update(text);
    },
  };
}
