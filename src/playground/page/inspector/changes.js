import { el, setText } from '../dom.js';
import { expandableText } from './expandable-text.js';
import { counted, shortened } from './format.js';
import { rows } from './rows.js';
import { line } from './section.js';

const MAX_CHARACTERS = 60;
const SIGNS = { added: ['+', 'Added'], removed: ['−', 'Removed'] };

/**
 * What differs from the prompt before, message by message: `node`, and a `toggle` that shows it. `update(changes)`:
 * undefined for the first prompt, which has no toggle. `onToggle(listener)`: called with whether it is shown.
 */
export function changeRows() {
  const list = el('ol', { class: 'changes' });
  const none = line('sentence');
  const node = el('div', { hidden: true }, none.node, list);
  const show = rows(list, (_, at) => at, changeRow);
  let listener = () => {};
  let shown = false;
  const toggle = el(
    'button',
    { type: 'button', class: 'small', 'aria-pressed': 'false', onclick: () => set(!shown) },
    'Only what changed',
  );

  function set(on) {
    shown = on;
    node.hidden = !on;
    toggle.setAttribute('aria-pressed', String(on));
    listener(on);
  }

  return {
    node,
    toggle,
    onToggle(next) {
      listener = next;
    },
    update(changes) {
      toggle.hidden = changes === undefined;
      if (changes === undefined) set(false);
      none.setText((changes ?? []).every(({ kind }) => kind === 'same') ? 'Same as the previous prompt.' : '');
      show(changes ?? []);
    },
  };
}

/** "12 messages unchanged". */
export function sameText(count) {
  return `${counted(count, 'message')} unchanged`;
}

function changeRow() {
  const node = el('li', {});
  const same = el('span', { class: 'same' });
  const sign = el('span', { class: 'sign', 'aria-hidden': 'true' });
  const spoken = el('span', { class: 'visually-hidden' });
  const role = el('span', {});
  const beginning = el('span', { class: 'beginning' });
  const tokens = el('span', { class: 'tokens' });
  const whole = expandableText(el('span', { class: 'columns' }, sign, spoken, role, beginning, tokens));
  node.append(same, whole.node);
  return {
    node,
    update(change) {
      node.className = change.kind;
      same.hidden = change.kind !== 'same';
      whole.node.hidden = change.kind === 'same';
      if (change.kind === 'same') {
        setText(same, sameText(change.count));
        return;
      }
      const [mark, meaning] = SIGNS[change.kind];
      setText(sign, mark);
      setText(spoken, meaning);
      role.className = `role ${change.role}`;
      setText(role, change.role);
      setText(beginning, shortened(change.content, MAX_CHARACTERS));
      setText(tokens, counted(change.tokens, 'token'));
      whole.update(change.content);
    },
  };
}
