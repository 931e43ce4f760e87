import { el, setText } from './dom.js';

/** A bar across the page that says why nothing answers. */
export function noticeBar(world) {
  const node = el('p', { class: 'notice', role: 'alert' });
  node.render = () => setText(node, textOf(world));
  return node;
}

function textOf({ connected, process }) {
  if (!connected)
    return 'The playground does not answer. Start it again with “npm run playground”; this page comes back by itself.';
  if (process?.state === 'gone')
    return `The bot's process is gone; what you write now waits until it is back. ${process.problem ?? ''}`.trim();
  return process?.state === 'starting' ? 'The bot is starting …' : '';
}
