import { el, setText } from '../dom.js';
import { bar } from './bar.js';
import { changeRows } from './changes.js';
import { collapseOlder } from './collapse-older.js';
import { copyButton } from './copy.js';
import { expandableText } from './expandable-text.js';
import { clock, counted, number, percent, shortened } from './format.js';
import { rows } from './rows.js';
import { facts, line, section } from './section.js';

const PARTS = {
  system: 'System prompt',
  notes: 'Notes',
  summary: 'Summary',
  channel: 'Channel before',
  people: 'Earlier messages',
  replies: 'Earlier replies',
  question: 'Question',
};
const MAX_CHARACTERS = 60;

/** Section with the prompt of a run, exactly as sent, and what differs from the one before. */
export function promptSection() {
  const none = line('sentence');
  const summary = facts();
  const parts = bar();
  const repeated = line('sentence');
  const leftOutHead = line('sentence');
  const leftOut = el('ul', { class: 'left-out' });
  const showLeftOut = rows(leftOut, (sentence) => sentence, leftOutRow);
  const list = el('ol', { class: 'messages' });
  const showMessages = rows(list, (_, at) => at, messageRow);
  const fold = collapseOlder(list, 'message');
  const head = el('h4', {});
  const changes = changeRows();
  const whole = el('div', {}, fold.button, list);
  changes.onToggle((shown) => (whole.hidden = shown));
  const copy = copyButton('Copy as JSON', 'The messages as JSON');
  const content = el(
    'div',
    { class: 'filled' },
    summary.node,
    parts.node,
    repeated.node,
    leftOutHead.node,
    leftOut,
    el('div', { class: 'over' }, head, changes.toggle, copy.button),
    copy.node,
    changes.node,
    whole,
  );
  const { node, setCaption } = section('Prompt', none.node, content);

  return {
    node,
    update({ prompt }) {
      none.setText(prompt ? '' : 'Nothing was sent to a model.');
      content.hidden = !prompt;
      setCaption(prompt ? clock(prompt.at) : '');
      if (!prompt) return;
      const { tokens, budgetTokens } = prompt;
      summary.update([
        ['Model', prompt.model],
        [
          'Tokens',
          `${number(tokens)} of ${number(budgetTokens)} (${percent(tokens, budgetTokens)}), estimate, rounded up`,
        ],
      ]);
      parts.update(prompt.parts.map((part) => barSegment(part, tokens)));
      repeated.setText(repeatedText(prompt));
      leftOutHead.setText(prompt.leftOut.length > 0 ? 'Left out:' : 'Nothing was left out.');
      showLeftOut(prompt.leftOut);
      setText(head, counted(prompt.messages.length, 'message'));
      showMessages(prompt.messages);
      fold.update();
      changes.update(prompt.changes);
      copy.update(() => asJson(prompt.messages));
    },
  };
}

function barSegment({ name, tokens }, total) {
  return {
    name: PARTS[name],
    tone: `part-${name}`,
    amount: tokens,
    text: `${number(tokens)} (${percent(tokens, total)})`,
  };
}

/** How much of the prompt a provider's cache can serve, because the previous prompt began the same. */
export function repeatedText({ repeatedTokens, tokens }) {
  if (repeatedTokens === 0) return 'No shared prefix with the previous prompt (nothing cacheable).';
  return `${percent(repeatedTokens, tokens)} is shared with the previous prompt, and can come from the provider’s cache.`;
}

/** The messages as sent to the model, without the inspector's token counts. */
export function asJson(messages) {
  return JSON.stringify(
    messages.map(({ role, content }) => ({ role, content })),
    null,
    2,
  );
}

function leftOutRow(sentence) {
  return { node: el('li', {}, sentence), update: () => {} };
}

function messageRow() {
  const role = el('span', {});
  const beginning = el('span', { class: 'beginning' });
  const tokens = el('span', { class: 'tokens' });
  const whole = expandableText(el('span', { class: 'columns' }, role, beginning, tokens));
  return {
    node: el('li', {}, whole.node),
    update(message) {
      role.className = `role ${message.role}`;
      setText(role, message.role);
      setText(beginning, shortened(message.content, MAX_CHARACTERS));
      setText(tokens, counted(message.tokens, 'token'));
      whole.update(message.content);
    },
  };
}
