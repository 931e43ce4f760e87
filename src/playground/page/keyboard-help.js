import { el } from './dom.js';

const KEYS = [
  [
    'While writing',
    [
      ['Enter', 'Send'],
      ['Shift + Enter', 'Begin a new line'],
      ['@', 'Mention somebody; ↑ ↓ and Enter or Tab choose'],
      ['↑', 'Edit what you said last, when nothing is written yet'],
    ],
  ],
  [
    'On a message',
    [
      ['↑ ↓', 'Go to the message above or below'],
      ['R', 'React'],
      ['T', 'Reply in its thread'],
      ['E', 'Edit'],
      ['Delete', 'Delete'],
    ],
  ],
  [
    'Everywhere',
    [
      ['Alt + ↑ ↓', 'Go to the channel above or below'],
      ['F6, Shift + F6', 'Go to the next pane, or the one before: sidebar, messages, thread, composer'],
      ['Esc', 'Close what is open'],
    ],
  ],
];

/** The dialog that lists keyboard shortcuts, and the button that opens it. */
export function keyboardHelp() {
  const dialog = el(
    'dialog',
    // A click on the backdrop targets the dialog itself, a click inside targets a child.
    {
      class: 'keyboard',
      'aria-labelledby': 'keyboard-title',
      onclick: ({ target }) => target === dialog && dialog.close(),
    },
    el(
      'div',
      {},
      el(
        'header',
        {},
        el('h2', { id: 'keyboard-title' }, 'Keyboard'),
        el('button', { type: 'button', class: 'close', 'aria-label': 'Close', onclick: () => dialog.close() }, '✕'),
      ),
      ...KEYS.flatMap(([where, keys]) => [
        el('h3', {}, where),
        el('dl', {}, ...keys.map(([key, does]) => el('div', {}, el('dt', {}, el('kbd', {}, key)), el('dd', {}, does)))),
      ]),
    ),
  );
  const button = el(
    'button',
    { type: 'button', 'aria-haspopup': 'dialog', onclick: () => dialog.showModal() },
    'Keyboard',
  );
  return { button, dialog };
}
