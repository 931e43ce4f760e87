import { el, say } from '../dom.js';
import { listOf } from '../message/reactions.js';
import { earlier } from './earlier.js';
import { clock, counted, momentOf, shortened, withNames } from './format.js';
import { rows } from './rows.js';
import { line, section } from './section.js';
import { wholeText } from './whole.js';

/** What two lines of the pane hold in any case; the style cuts at two lines as well. */
const LONGEST_SHOWN = 90;

/** What a state is called, and what it means to whoever points at it. */
const STATES = {
  waiting: ['waiting', 'Asks for an answer and has none yet'],
  answering: ['being answered', 'A reply to it is being written'],
  answered: ['answered', 'A reply to it stands in Slack'],
  context: ['context', 'Read by the bot, asks nothing of it'],
  reply: ['reply', 'The bot’s own words'],
  notice: ['notice', 'What the bot said for itself, such as an error: the model never sees it'],
};

/** The same of one that was edited after it was asked. */
const STATES_EDITED_SINCE = {
  answering: ['being answered without this edit', 'The prompt has the text that stood here before'],
  answered: ['answered before this edit', 'The prompt had the text that stood here before'],
};

/** The turns that the bot keeps of a conversation. */
export function memorySection(world) {
  const unavailable = line('sentence');
  const list = el('ol', { class: 'turns' });
  const fold = earlier(list, 'turn');
  const backlog = line('sentence');
  const noSummary = line('sentence');
  const summaryHead = el('span', {});
  const summary = wholeText(summaryHead);
  const { node, about } = section(
    'Memory',
    unavailable.node,
    fold.button,
    list,
    backlog.node,
    noSummary.node,
    summary.node,
  );
  const show = rows(
    list,
    ({ ts }) => ts,
    (turn) => turnRow(world, turn),
  );

  return {
    node,
    update({ memory, unavailable: why, prompt }) {
      about(memory ? turnsSaid(memory.turns) : '');
      unavailable.say(memory ? '' : (why ?? 'The bot remembers nothing of this conversation.'));
      show(memory?.turns ?? []);
      fold.update();
      backlog.say(memory && backlogSaid(memory));
      noSummary.say(memory && summarySaid(memory, prompt));
      summary.node.hidden = memory?.summary === undefined;
      say(
        summaryHead,
        `Summary, sent in place of ${counted(memory?.turns.filter(({ summedUp }) => summedUp).length ?? 0, 'turn')}`,
      );
      summary.update(memory?.summary ?? '');
    },
  };
}

/** "5 turns, 1 waiting". */
export function turnsSaid(turns) {
  const of = (state) => turns.filter((turn) => turn.state === state).length;
  const [waiting, answering] = [of('waiting'), of('answering')];
  return [
    counted(turns.length, 'turn'),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ...(answering > 0 ? [`${answering} being answered`] : []),
  ].join(', ');
}

function backlogSaid({ backlogRead }) {
  return backlogRead
    ? 'What was said before the bot came in has been read.'
    : 'What was said before the bot came in has not been read.';
}

/** What there is to say besides the summary itself. */
export function summarySaid({ summary, summaryProblem: problem }, prompt) {
  if (problem !== undefined)
    return `No new summary could be had (${problem}): it is tried again after a reply in ten minutes. Meanwhile less of a long conversation is sent.`;
  return summary === undefined ? noSummarySaid(prompt) : '';
}

/** Without a summary nothing stands for what the model did not read, or not whole. */
export function noSummarySaid(prompt) {
  if (!prompt) return 'Summary: none. Nothing was sent to a model yet.';
  const without = prompt.leftOut.map((sentence) => {
    const [what] = sentence.split(': ');
    return what.charAt(0).toLowerCase() + what.slice(1);
  });
  return `Summary: none. The last prompt had every turn until then word by word${without.length > 0 ? `, but for ${listOf(without)}` : ''}.`;
}

function turnRow(world, { user, ts }) {
  const at = momentOf(ts);
  const badge = el('span', {});
  const deliveries = line('deliveries');
  deliveries.node.title =
    'A mention comes as two events, and what Slack got no answer for comes again: the bot keeps it once';
  const summedUp = line('deliveries');
  summedUp.node.title = 'The summary is sent in its place; the turn itself is still kept';
  const short = el('p', {});
  const head = el('span', { class: 'head' });
  const whole = wholeText(head);
  const node = el(
    'li',
    { class: 'turn' },
    el(
      'div',
      { class: 'who' },
      el('span', { class: 'author' }, world.nameOf(user)),
      el('time', { datetime: new Date(at).toISOString() }, clock(at)),
      deliveries.node,
      summedUp.node,
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
      say(badge, name);
      summedUp.say(turn.summedUp ? 'summed up' : '');
      deliveries.say(turn.deliveries > 1 ? `${turn.deliveries} events` : '');
      const text = withNames(turn.text, (id) => world.nameOf(id));
      const beginning = shortened(text, LONGEST_SHOWN);
      const fits = beginning === text.trim();
      short.hidden = !fits;
      whole.node.hidden = fits;
      say(short, beginning || '(no text)');
      say(head, beginning);
      whole.update(text);
    },
  };
}
