import { el } from './dom.js';
import { icon } from './icons.js';

const KEYS = [
  [
    'While writing',
    [
      ['Enter', 'Send'],
      ['Shift + Enter', 'New line'],
      ['@  #  :', 'Complete a person, a channel, an emoji; choose with ↑ ↓ and Enter or Tab'],
      ['Ctrl + B, Ctrl + I', 'Bold, italic'],
      ['Enter in a list', 'Next item; in an empty item, end the list'],
      ['↑', 'Edit your last message, if the field is empty'],
    ],
  ],
  [
    'On a message',
    [
      ['↑ ↓', 'Go to the message above or below'],
      ['R', 'Add a reaction'],
      ['T', 'Reply in its thread'],
      ['E', 'Edit'],
      ['Delete', 'Delete'],
    ],
  ],
  [
    'Everywhere',
    [
      ['Ctrl + K', 'Jump to a channel or a person'],
      ['Alt + ↑ ↓', 'Go to the channel above or below'],
      ['F6, Shift + F6', 'Next or previous pane: sidebar, messages, thread, composer'],
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
        el('h2', { id: 'keyboard-title' }, 'Keyboard shortcuts'),
        el(
          'button',
          { type: 'button', class: 'close tool', 'aria-label': 'Close', onclick: () => dialog.close() },
          icon('x'),
        ),
      ),
      ...KEYS.flatMap(([where, keys]) => [
        el('h3', {}, where),
        el('dl', {}, ...keys.map(([key, does]) => el('div', {}, el('dt', {}, el('kbd', {}, key)), el('dd', {}, does)))),
      ]),
    ),
  );
  const button = el(
    'button',
    {
      type: 'button',
      class: 'tool',
      title: 'Keyboard shortcuts',
      'aria-label': 'Keyboard shortcuts',
      'aria-haspopup': 'dialog',
      onclick: () => dialog.showModal(),
    },
    icon('keyboard'),
  );
  return { button, dialog };
}
