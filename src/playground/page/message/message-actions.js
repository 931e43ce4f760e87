import { el } from '../dom.js';
import { icon } from '../icons.js';

/**
 * Actions on a message: a button over it, and a key while it has the focus. To add one, add an entry.
 * `list`: the actions of the list, see list.js.
 */
export const MESSAGE_ACTIONS = [
  {
    name: 'Add reaction',
    icon: 'smile-plus',
    key: 'r',
    opens: 'dialog',
    isAvailable: ({ message }) => !message.deleted && message.ephemeralTo === undefined,
    run: ({ messageNode, list, anchor }) => list.react(messageNode, anchor),
  },
  {
    name: 'Stop this reply',
    icon: 'square',
    key: 's',
    isAvailable: ({ message }) => message.live,
    run: ({ message, list }) => list.stop(message.ts),
  },
  {
    name: 'Reply in thread',
    icon: 'message-square-reply',
    key: 't',
    isAvailable: ({ message, list }) => list.reply !== undefined && message.ephemeralTo === undefined,
    run: ({ message, list }) => list.reply(message.threadTs ?? message.ts),
  },
  {
    name: 'What happened',
    icon: 'activity',
    key: 'i',
    isAvailable: ({ message }) => !message.deleted && message.ephemeralTo === undefined,
    run: ({ message, list }) => list.inspect(message),
  },
  {
    name: 'Edit message',
    icon: 'pencil',
    key: 'e',
    isAvailable: ({ message, me }) => message.user === me && !message.deleted,
    run: ({ messageNode }) => messageNode.edit(),
  },
  {
    name: 'Delete message',
    icon: 'trash-2',
    key: 'Delete',
    isAvailable: ({ message, me }) => message.user === me && !message.deleted,
    run: ({ message, list }) => list.remove(message.ts),
  },
];

/** Buttons for the actions. `run(action, button)` performs one; `onFocusLost()`: the focused button was removed. */
export function actionButtons({ run, onFocusLost }) {
  const node = el('div', { class: 'tools', role: 'group', 'aria-label': 'Message actions' });
  let shownNames = '';
  node.update = (actions) => {
    const now = actions.map(({ name }) => name).join();
    if (now === shownNames) return;
    shownNames = now;
    const held = node.contains(document.activeElement);
    node.replaceChildren(
      ...actions.map((action) => {
        const onclick = (event) => run(action, event.currentTarget);
        return el(
          'button',
          {
            type: 'button',
            class: 'tool',
            title: `${action.name} (${action.key.toUpperCase()})`,
            'aria-label': action.name,
            'aria-haspopup': action.opens,
            'aria-expanded': action.opens && 'false',
            onclick,
          },
          icon(action.icon),
        );
      }),
    );
    if (held) onFocusLost();
  };
  return node;
}
