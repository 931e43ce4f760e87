import { el, say } from '../dom.js';
import { bar } from './bar.js';
import { copyButton } from './copy.js';
import { earlier } from './earlier.js';
import { clock, counted, number, percent, shortened } from './format.js';
import { rows } from './rows.js';
import { facts, line, section } from './section.js';
import { wholeText } from './whole.js';

const PARTS = {
  system: 'System prompt',
  notes: 'Notes',
  summary: 'Summary',
  people: 'People before',
  replies: 'The bot before',
  question: 'Question',
};
const BEGINNING = 60;

/** What exactly the model was sent last. */
export function promptSection() {
  const none = line('sentence');
  const about = facts();
  const parts = bar();
  const repeated = line('sentence');
  const leftOutHead = line('sentence');
  const leftOut = el('ul', { class: 'left-out' });
  const showLeftOut = rows(leftOut, (sentence) => sentence, sentenceRow);
  const list = el('ol', { class: 'messages' });
  const showMessages = rows(list, (_, at) => at, messageRow);
  const fold = earlier(list, 'message');
  const head = el('h4', {});
  const copy = copyButton('Copy as JSON');
  const whole = el(
    'div',
    { class: 'filled' },
    about.node,
    parts.node,
    repeated.node,
    leftOutHead.node,
    leftOut,
    el('div', { class: 'over' }, head, copy.button),
    copy.node,
    fold.button,
    list,
  );
  const { node, about: saySent } = section('Last prompt', none.node, whole);

  return {
    node,
    update({ prompt }) {
      none.say(prompt ? '' : 'Nothing was sent to a model yet.');
      whole.hidden = !prompt;
      saySent(prompt ? clock(prompt.at) : '');
      if (!prompt) return;
      const { tokens, budgetTokens } = prompt;
      about.update([
        ['Model', prompt.model],
        [
          'Tokens',
          `${number(tokens)} of ${number(budgetTokens)} (${percent(tokens, budgetTokens)}), counted on the safe side`,
        ],
      ]);
      parts.update(prompt.parts.map((part) => partSaid(part, tokens)));
      repeated.say(repeatedSaid(prompt));
      leftOutHead.say(prompt.leftOut.length > 0 ? 'Left out:' : 'Nothing was left out.');
      showLeftOut(prompt.leftOut);
      say(head, counted(prompt.messages.length, 'message'));
      showMessages(prompt.messages);
      fold.update();
      copy.update(() => asJson(prompt.messages));
    },
  };
}

function partSaid({ name, tokens }, whole) {
  return {
    name: PARTS[name],
    tone: `part-${name}`,
    amount: tokens,
    text: `${number(tokens)} (${percent(tokens, whole)})`,
  };
}

/** How much of the prompt a provider's cache may know from the one before. */
export function repeatedSaid({ repeatedTokens, tokens }) {
  if (repeatedTokens === 0) return 'It repeats nothing of a prompt before.';
  return `${percent(repeatedTokens, tokens)} repeats the prompt before: a provider’s cache can save it.`;
}

/** As it goes to the model: nothing of what the inspector adds. */
export function asJson(messages) {
  return JSON.stringify(
    messages.map(({ role, content }) => ({ role, content })),
    null,
    2,
  );
}

function sentenceRow(sentence) {
  return { node: el('li', {}, sentence), update: () => {} };
}

function messageRow() {
  const role = el('span', {});
  const beginning = el('span', { class: 'beginning' });
  const tokens = el('span', { class: 'tokens' });
  const whole = wholeText(el('span', { class: 'columns' }, role, beginning, tokens));
  return {
    node: el('li', {}, whole.node),
    update(message) {
      role.className = `role ${message.role}`;
      say(role, message.role);
      say(beginning, shortened(message.content, BEGINNING));
      say(tokens, counted(message.tokens, 'token'));
      whole.update(message.content);
    },
  };
}
