import { arrange, el, setText } from '../dom.js';
import { emojiOf } from './emoji.js';

/** Reactions below a message; a click toggles one. `onFocusLost()`: the focused chip was removed. */
export function reactionChips(world, { toggle, onFocusLost }) {
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
      const who = `${joinNames(world.namesOf(users))} reacted with :${name}:`;
      button.title = who;
      // The accessible name must begin with the visible text.
      button.setAttribute('aria-label', `${emojiOf(name)} ${users.length}, ${who}`);
      button.setAttribute('aria-pressed', String(users.includes(world.me)));
      setText(count, String(users.length));
    }
    arrange(
      node,
      reactions.map(({ name }) => chips.get(name).node),
    );
    node.hidden = reactions.length === 0;
    if (focused && !node.contains(focused)) onFocusLost();
  };
  return node;
}

/** `Ada`, `Ada and Grace`, `Ada, Grace and Linus`. */
export function joinNames(names) {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
