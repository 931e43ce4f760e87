import { avatar } from './avatar.js';
import { el } from './dom.js';
import { icon } from './icons.js';

/** Sidebar item of a channel, group DM or DM. */
export function channelItem(world, channel, onVisit) {
  // As in Slack: a bold name for anything new, a number only for what is meant for the person.
  const { all, forMe } = world.unreadIn(channel);
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
        class: all > 0 ? 'place unread' : 'place',
        'aria-current': channel === world.channel ? 'page' : undefined,
        'data-id': channel.id,
        onclick: go,
      },
      iconOf(world, channel),
      el('span', { class: 'name' }, channel.kind === 'channel' ? channel.name : world.titleOf(channel)),
      ...(channel.kind === 'im' ? [el('span', { class: 'badge' }, 'APP')] : []),
      ...(forMe > 0 ? [el('span', { class: 'unread-count' }, String(forMe))] : []),
      ...(all > 0 ? [el('span', { class: 'visually-hidden' }, ' unread')] : []),
    ),
  );
}

function iconOf(world, channel) {
  if (channel.kind === 'im') return avatar(world, world.bot.id);
  if (channel.kind === 'channel') return icon('hash');
  return el('span', { class: 'group', 'aria-hidden': 'true' }, String(channel.members.length - 1));
}
