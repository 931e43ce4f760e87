import { el, setText } from './dom.js';

/** A bar across the page that says why nothing answers. */
export function noticeBar(world) {
  const node = el('p', { class: 'notice', role: 'alert' });
  node.render = () => setText(node, textOf(world));
  return node;
}

function textOf({ connected, process }) {
  if (!connected)
    return "The playground isn't responding. Start it again with “npm run playground”; this page reconnects by itself.";
  if (process?.state === 'gone')
    return `The bot's process has ended. New messages wait until it is back. ${process.problem ?? ''}`.trim();
  return process?.state === 'starting' ? 'The bot is starting…' : '';
}
