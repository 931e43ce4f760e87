import { el } from './dom.js';

/** The bot's suggested prompts as buttons in an empty DM. `send(text)` sends the message of the one that is pressed. */
export function suggestedPrompts(world, send) {
  const node = el('div', { class: 'prompts', role: 'group', 'aria-label': 'Suggested prompts', hidden: true });
  let shown;
  node.render = () => {
    const { id, kind, prompts } = world.channel;
    node.hidden = kind !== 'im' || prompts.length === 0 || world.outline.topLevel.length > 0;
    const key = JSON.stringify([id, prompts]);
    if (node.hidden || key === shown) return;
    shown = key;
    node.replaceChildren(
      ...prompts.map(({ title, message }) =>
        el(
          'button',
          { type: 'button', title: message, onclick: () => void send(message) },
          el('strong', {}, title),
          el('span', {}, message),
        ),
      ),
    );
  };
  return node;
}
