import { el } from '../dom.js';

/**
 * What can be done with a message: as a button over it, and by a key while it has the focus. A further one is an entry
 * here. `list` is what the list around it can do, see list.js.
 */
export const MESSAGE_ACTIONS = [
  {
    name: 'React',
    key: 'r',
    opens: 'dialog',
    offered: ({ message }) => !message.deleted && message.ephemeralTo === undefined,
    run: ({ shown, list, anchor }) => list.react(shown, anchor),
  },
  {
    name: 'Reply in thread',
    key: 't',
    offered: ({ message, list }) => list.reply !== undefined && message.ephemeralTo === undefined,
    run: ({ message, list }) => list.reply(message.threadTs ?? message.ts),
  },
  {
    name: 'Edit',
    key: 'e',
    offered: ({ message, me }) => message.user === me && !message.deleted,
    run: ({ shown }) => shown.edit(),
  },
  {
    name: 'Delete',
    key: 'Delete',
    offered: ({ message, me }) => message.user === me && !message.deleted,
    run: ({ message, list }) => list.remove(message.ts),
  },
];

/** Their buttons. `run(action, button)` does one of them; `lost` is called when the one with the focus is gone. */
export function actionButtons({ run, lost }) {
  const node = el('div', { class: 'tools', role: 'group', 'aria-label': 'Message actions' });
  let shown = '';
  node.update = (actions) => {
    const now = actions.map(({ name }) => name).join();
    if (now === shown) return;
    shown = now;
    const held = node.contains(document.activeElement);
    node.replaceChildren(
      ...actions.map((action) => {
        const onclick = (event) => run(action, event.currentTarget);
        return el(
          'button',
          { type: 'button', 'aria-haspopup': action.opens, 'aria-expanded': action.opens && 'false', onclick },
          action.name,
        );
      }),
    );
    if (held) lost();
  };
  return node;
}
