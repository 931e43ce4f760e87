import { el, say } from '../dom.js';
import { shortened } from '../inspector/format.js';
import { mrkdwnNodes } from './mrkdwn.js';

/** More than one line holds; the style cuts where it ends. */
const LONGEST_SHOWN = 160;

/**
 * Above a reply that stands in the channel as well: there, what it replies to, which opens the thread by `open(root)`;
 * in the thread, where there is nothing to open, that it does.
 */
export function broadcastLine(world, open) {
  let root;
  const beginning = el('button', { type: 'button', title: 'Open the thread', onclick: () => open(root) });
  const place = el('span', {});
  const node = el(
    'p',
    { class: 'broadcast', hidden: true },
    ...(open ? ['replied to a thread: ', beginning] : [place]),
  );

  return {
    node,
    update({ threadTs, broadcast }) {
      node.hidden = !broadcast;
      if (node.hidden) return;
      root = threadTs;
      const { channel } = world;
      const { textContent } = el(
        'span',
        {},
        ...mrkdwnNodes(world.outline.message(root)?.text ?? '', { nameOf: (id) => world.nameOf(id) }),
      );
      say(beginning, shortened(textContent, LONGEST_SHOWN) || '(no text)');
      say(
        place,
        channel.kind === 'channel' ? `Also sent to ${world.titleOf(channel)}` : 'Also sent as a direct message',
      );
    },
  };
}
