import { el } from './dom.js';

/** A picture made of initials; the bot has the app's icon. Decoration: the name stands beside it. */
export function avatar(world, id) {
  if (id === world.bot.id) return el('img', { class: 'avatar', src: '/icon.svg', alt: '' });
  const place = world.people.findIndex((person) => person.id === id);
  return el('span', { class: `avatar tone${place % 6}`, 'aria-hidden': 'true' }, initials(world.nameOf(id)));
}

function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  return words.length > 1 ? words[0].charAt(0) + words.at(-1).charAt(0) : name.slice(0, 2);
}
