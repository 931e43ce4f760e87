import { el, setText } from '../dom.js';
import { shortened } from '../inspector/format.js';
import { mrkdwnNodes } from './mrkdwn.js';

/** More than fits on one line; CSS cuts the rest. */
const MAX_CHARACTERS = 160;

/**
 * The line above a reply that was also sent to the channel. In the channel: a button with the root's text, which calls
 * `open(root)`. In the thread (`open` undefined): a note that it was also sent to the channel.
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
      setText(beginning, shortened(textContent, MAX_CHARACTERS) || '(no text)');
      setText(
        place,
        channel.kind === 'channel' ? `Also sent to ${world.titleOf(channel)}` : 'Also sent as a direct message',
      );
    },
  };
}
