import { el } from '../dom.js';
import { attachmentNodes } from './attachments.js';
import { blockNodes } from './blocks.js';
import { fileNodes } from './files.js';
import { markdownNodes } from './markdown.js';
import { mrkdwnNodes } from './mrkdwn.js';

const KINDS = ['mrkdwn', 'markdown', 'blocks'];

/**
 * A message's content and its attachments below. `press({ actionId, value })` is called for its buttons, and returns a
 * promise. `update(message)` returns whether the content changed.
 */
export function messageBody(world, press) {
  const node = el('div', { class: 'body' });
  const attached = el('div', { class: 'body attachments', hidden: true });
  let shown;

  function render({ text, markdown, deleted, blocks, attachments = [], files = [] }) {
    const names = { nameOf: (id) => world.nameOf(id), placeOf: (id) => world.placeOf(id), me: world.me, press };
    const kind = deleted ? 'mrkdwn' : blocks ? 'blocks' : markdown === undefined ? 'mrkdwn' : 'markdown';
    node.classList.toggle('deleted', Boolean(deleted));
    for (const known of KINDS) node.classList.toggle(known, kind === known);
    if (kind === 'blocks') node.replaceChildren(...blockNodes(blocks, names));
    else if (kind === 'markdown') node.replaceChildren(markdownNodes(markdown));
    else node.replaceChildren(...mrkdwnNodes(text, names));
    attached.hidden = attachments.length + files.length === 0;
    attached.replaceChildren(...fileNodes(files), ...attachmentNodes(attachments, names));
  }

  return {
    node,
    attached,
    update(message) {
      const now = JSON.stringify([
        message.deleted,
        message.markdown ?? message.text,
        message.blocks,
        message.attachments,
        message.files,
      ]);
      if (now === shown) return false;
      shown = now;
      render(message);
      return true;
    },
  };
}
