import { avatar } from './avatar.js';
import { el, say } from './dom.js';

/** Below a thread's first message: who is at work in it, and how many replies it has. */
export function threadLine(world, ts, open) {
  const faces = el('span', { class: 'faces' });
  const count = el('span', { class: 'count' });
  const button = el('button', { type: 'button', class: 'replies', onclick: open }, faces, count);
  const status = el('span', { class: 'status' });
  const node = el('div', { class: 'thread-line' }, button, status);

  return {
    node,
    update() {
      const replies = world.repliesTo(ts);
      const authors = [...new Set(replies.map(({ user }) => user))];
      if (faces.dataset.of !== authors.join()) {
        faces.dataset.of = authors.join();
        faces.replaceChildren(...authors.map((id) => avatar(world, id)));
      }
      button.hidden = replies.length === 0;
      say(count, replies.length === 1 ? '1 reply' : `${replies.length} replies`);
      const text = world.channel.statuses[ts];
      say(status, text ? `${world.botName} ${text}` : '');
      node.hidden = replies.length === 0 && !text;
    },
  };
}
