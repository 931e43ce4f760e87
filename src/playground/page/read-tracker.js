import { markRead } from './server.js';

/** Delay, so that a channel the user only passes through stays unread. */
const READ_AFTER_MS = 400;

/**
 * Marks visible messages as read on the server, and shows the number of unread ones in the window title.
 * `panes`: nodes of `{ channel, thread }`; messages in a hidden pane stay unread.
 */
export function readTracker(world, panes) {
  const title = document.title;
  /** Last `ts` sent, by person, channel and thread: avoids sending it again while the request runs. */
  const sent = new Map();
  let timer;

  document.addEventListener('visibilitychange', updateVisibility);
  // Resizing can hide a pane behind another one.
  addEventListener('resize', updateVisibility);

  function updateVisibility() {
    const isVisible = (pane) => document.visibilityState === 'visible' && pane.checkVisibility();
    world.setVisiblePanes({ channel: isVisible(panes.channel), thread: isVisible(panes.thread) });
  }

  function sendRead() {
    timer = undefined;
    const { me: user, channelId: channel } = world;
    for (const root of unreadRoots(world)) {
      const ts = world.outline.newest(root);
      const key = `${user}:${channel}:${root}`;
      if ((sent.get(key) ?? '') >= ts) continue;
      sent.set(key, ts);
      // On failure it is sent again with the next message.
      markRead({ user, channel, ts, ...(root !== '' && { threadTs: root }) }).catch(() => sent.delete(key));
    }
  }

  return {
    render() {
      updateVisibility();
      const unread = world.sidebarChannels
        .map((channel) => world.unreadIn(channel))
        .reduce((sum, { all }) => sum + all, 0);
      const text = unread > 0 ? `(${unread}) ${title}` : title;
      if (document.title !== text) document.title = text;
      if (timer === undefined && unreadRoots(world).length > 0) timer = setTimeout(sendRead, READ_AFTER_MS);
    },
  };
}

/** The visible places with unread messages: '' for the channel, the root's `ts` for the open thread. */
function unreadRoots(world) {
  const { connected, outline, thread } = world;
  if (!connected) return [];
  return ['', ...(thread === undefined ? [] : [thread])].filter(
    (root) => world.isVisible(root) && outline.newest(root) > outline.readTo(root),
  );
}
