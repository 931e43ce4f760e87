import { arrange, el, say } from '../dom.js';
import { emojiOf } from './emoji.js';

/** The reactions below a message; a click takes part, or no longer. `lost` is called when the chip with the focus is gone. */
export function reactionChips(world, { toggle, lost }) {
  const chips = new Map();
  const node = el('ul', { class: 'reactions', 'aria-label': 'Reactions', hidden: true });

  function chipOf(name) {
    const count = el('span', { class: 'count' });
    const button = el(
      'button',
      { type: 'button', class: 'chip', onclick: () => toggle(name) },
      emojiOf(name),
      ' ',
      count,
    );
    return { node: el('li', {}, button), button, count };
  }

  node.update = (reactions = []) => {
    const focused = node.contains(document.activeElement) ? document.activeElement : undefined;
    for (const { name, users } of reactions) {
      if (!chips.has(name)) chips.set(name, chipOf(name));
      const { button, count } = chips.get(name);
      const who = `${listOf(world.namesOf(users))} reacted with :${name}:`;
      button.title = who;
      // What one sees comes first in what one hears.
      button.setAttribute('aria-label', `${emojiOf(name)} ${users.length}, ${who}`);
      button.setAttribute('aria-pressed', String(users.includes(world.me)));
      say(count, String(users.length));
    }
    arrange(
      node,
      reactions.map(({ name }) => chips.get(name).node),
    );
    node.hidden = reactions.length === 0;
    if (focused && !node.contains(focused)) lost();
  };
  return node;
}

/** `Ada`, `Ada and Grace`, `Ada, Grace and Linus`. */
export function listOf(names) {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
