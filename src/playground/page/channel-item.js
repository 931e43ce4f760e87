import { avatar } from './avatar.js';
import { el } from './dom.js';

/** Sidebar item of a channel, group DM or DM. */
export function channelItem(world, channel, onVisit) {
  const { top, inThreads } = world.unreadIn(channel);
  const unread = top + inThreads > 0;
  const go = () => {
    world.visit(channel.id);
    onVisit();
  };
  return el(
    'li',
    {},
    el(
      'button',
      {
        type: 'button',
        class: unread ? 'place unread' : 'place',
        'aria-current': channel === world.channel ? 'page' : undefined,
        'data-id': channel.id,
        onclick: go,
      },
      iconOf(world, channel),
      el('span', { class: 'name' }, channel.kind === 'channel' ? channel.name : world.titleOf(channel)),
      ...(channel.kind === 'im' ? [el('span', { class: 'badge' }, 'APP')] : []),
      ...(top > 0
        ? [el('span', { class: 'unread-count' }, String(top), el('span', { class: 'visually-hidden' }, ' unread'))]
        : []),
      ...(top === 0 && unread ? [el('span', { class: 'visually-hidden' }, ', new replies')] : []),
    ),
  );
}

function iconOf(world, channel) {
  if (channel.kind === 'im') return avatar(world, world.bot.id);
  const sign = channel.kind === 'channel' ? '#' : String(channel.members.length - 1);
  return el('span', { class: channel.kind === 'channel' ? 'hash' : 'hash group', 'aria-hidden': 'true' }, sign);
}
