import { readThere } from './server.js';

/** Long enough that a channel which one only passes on the way to another one stays unread. */
const READ_AFTER_MS = 400;

/**
 * Tells the server how far one has read in what one looks at, and the window's title how much there is elsewhere.
 * `panes`: `{ channel, thread }`, their nodes; what is written in one that cannot be seen is not read.
 */
export function reader(world, panes) {
  const title = document.title;
  /** What was told last, by place: not said twice while the answer is on its way. */
  const told = new Map();
  let timer;

  document.addEventListener('visibilitychange', look);
  // In another width a pane may lie behind another one.
  addEventListener('resize', look);

  function look() {
    const isSeen = (pane) => document.visibilityState === 'visible' && pane.checkVisibility();
    world.look({ channel: isSeen(panes.channel), thread: isSeen(panes.thread) });
  }

  function tell() {
    timer = undefined;
    const { me: user, channelId: channel } = world;
    for (const root of unreadPlaces(world)) {
      const ts = world.outline.newest(root);
      const place = `${user}:${channel}:${root}`;
      if ((told.get(place) ?? '') >= ts) continue;
      told.set(place, ts);
      // It is said again with the next message.
      readThere({ user, channel, ts, ...(root !== '' && { threadTs: root }) }).catch(() => told.delete(place));
    }
  }

  return {
    render() {
      look();
      const unread = world.places
        .map((channel) => world.unreadIn(channel))
        .reduce((sum, { top, inThreads }) => sum + top + inThreads, 0);
      const text = unread > 0 ? `(${unread}) ${title}` : title;
      if (document.title !== text) document.title = text;
      if (timer === undefined && unreadPlaces(world).length > 0) timer = setTimeout(tell, READ_AFTER_MS);
    },
  };
}

/** Of what one looks at: the channel (''), and the open thread by its root. */
function unreadPlaces(world) {
  const { connected, outline, thread } = world;
  if (!connected) return [];
  return ['', ...(thread === undefined ? [] : [thread])].filter(
    (root) => world.sees(root) && outline.newest(root) > outline.readTo(root),
  );
}
