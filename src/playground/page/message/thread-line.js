import { avatar } from '../avatar.js';
import { el, setText } from '../dom.js';
import { dayOf, timeOf } from '../time.js';

/** The line below a thread's root: authors, number of replies, number of unread ones, and the bot's status. */
export function threadLine(world, ts, open) {
  const faces = el('span', { class: 'faces' });
  const count = el('span', { class: 'count' });
  const news = el('span', { class: 'news' });
  const button = el('button', { type: 'button', class: 'replies', onclick: open }, faces, count, ' ', news);
  const last = el('span', { class: 'last' });
  const status = el('span', { class: 'status' });
  const node = el('div', { class: 'thread-line', hidden: true }, button, last, status);

  return {
    node,
    update() {
      const all = world.outline.repliesTo(ts);
      const text = world.channel.statuses[ts];
      node.hidden = all.length === 0 && !text;
      if (node.hidden) return;
      const replies = all.filter(({ ephemeralTo }) => ephemeralTo === undefined);
      const authors = [...new Set(all.map(({ user }) => user))];
      if (faces.dataset.of !== authors.join()) {
        faces.dataset.of = authors.join();
        faces.replaceChildren(...authors.map((id) => avatar(world, id)));
      }
      button.hidden = all.length === 0;
      setText(count, countOf(replies.length));
      // Replies in the open thread count as read.
      const unread = world.isVisible(ts) ? 0 : world.outline.unread(ts).length;
      setText(news, unread > 0 ? `${unread} new` : '');
      const newest = replies.at(-1);
      setText(last, newest && !text ? `Last reply ${whenOf(Number(newest.ts) * 1000)}` : '');
      setText(status, text ? `${world.botName} ${text}` : '');
    },
  };
}

function countOf(replies) {
  if (replies === 0) return 'Only visible to you';
  return replies === 1 ? '1 reply' : `${replies} replies`;
}

function whenOf(ms) {
  const day = dayOf(ms, Date.now());
  return `${day.endsWith('day') ? day.toLowerCase() : `on ${day}`} at ${timeOf(ms)}`;
}
