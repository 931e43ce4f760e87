import { editLast, inspectButton } from './channel-pane.js';
import { Composer } from './composer.js';
import { el, setText } from './dom.js';
import { icon } from './icons.js';
import { MessageList } from './message/list.js';

/** The thread pane, next to the channel. `actions`: see list.js; also `close()`. */
export function threadPane(world, actions) {
  const messages = () => world.outline.messagesIn(world.thread);
  const composer = new Composer(world, {
    onSent: () => list.scrollToEnd(),
    editLast: () => editLast(world, list, messages(), composer),
    pickEmoji: actions.pickEmoji,
  });
  const list = new MessageList(world, 'Thread', actions, { dividers: repliesDivider });
  const heading = el('h2', {});
  const title = el('p', {});
  const status = el('p', { class: 'status', role: 'status' });
  const inspect = inspectButton(world);
  const node = el(
    'aside',
    {
      class: 'pane thread',
      'aria-label': 'Thread',
      hidden: true,
      onkeydown: (event) => event.key === 'Escape' && actions.close(),
    },
    el(
      'header',
      { class: 'bar' },
      el('div', {}, heading, title),
      inspect,
      el(
        'button',
        {
          type: 'button',
          class: 'close tool',
          title: 'Close',
          'aria-label': 'Close the thread',
          onclick: actions.close,
        },
        icon('x'),
      ),
    ),
    list.node,
    status,
    composer.node,
  );

  return {
    node,
    list,
    composer,
    render() {
      const { channel, thread } = world;
      const shown = thread === undefined ? [] : messages();
      node.hidden = shown.length === 0;
      if (node.hidden) {
        composer.render(undefined);
        return;
      }
      setText(heading, channel.titles[thread] ?? 'Thread');
      setText(title, world.titleOf(channel));
      inspect.render();
      list.render(`${channel.id}:${thread}:${world.me}`, shown, world.newInThreadFrom);
      setText(status, channel.statuses[thread] ? `${world.botName} ${channel.statuses[thread]}` : '');
      composer.render({ channel: channel.id, threadTs: thread, label: 'Reply…' });
    },
  };
}

/** Below the root, as in Slack: how many replies follow. */
function repliesDivider(messages, at) {
  if (at !== 1 || messages[0].threadTs !== undefined) return undefined;
  const replies = messages.filter(({ threadTs, ephemeralTo }) => threadTs !== undefined && ephemeralTo === undefined);
  return replies.length === 0 ? undefined : replies.length === 1 ? '1 reply' : `${replies.length} replies`;
}
