import { el, say } from './dom.js';

/** Says across the page why nothing answers just now. */
export function noticeBar(world) {
  const node = el('p', { class: 'notice', role: 'alert' });
  node.render = () => say(node, textOf(world));
  return node;
}

function textOf({ connected, process }) {
  if (!connected)
    return 'The playground does not answer. Start it again with “npm run playground”; this page comes back by itself.';
  if (process?.state === 'gone')
    return `The bot's process is gone; what you write now waits until it is back. ${process.problem ?? ''}`.trim();
  return process?.state === 'starting' ? 'The bot is starting …' : '';
}
