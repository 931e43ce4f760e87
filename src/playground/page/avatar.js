import { el } from './dom.js';

/** A picture of somebody; the bot has the app's icon. Decoration: the name stands beside it. */
export function avatar(world, id) {
  return el('img', {
    class: 'avatar',
    src: id === world.bot.id ? '/icon.svg' : `/avatars/${id}.svg`,
    alt: '',
    draggable: 'false',
  });
}
