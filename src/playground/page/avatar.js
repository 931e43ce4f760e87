import { el } from './dom.js';

/** A user's picture; the app icon for the bot. Decorative (no `alt`): the name is next to it. */
export function avatar(world, id) {
  return el('img', {
    class: 'avatar',
    src: id === world.bot.id ? '/icon.svg' : `/avatars/${id}.svg`,
    alt: '',
    draggable: 'false',
  });
}
