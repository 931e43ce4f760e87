import { Composer } from './composer.js';
import { el, setText } from './dom.js';
import { intro } from './intro.js';
import { MessageList } from './message/list.js';
import { joinNames } from './message/reactions.js';
import { suggestedPrompts } from './suggested-prompts.js';

/** The channel pane: top-level messages and composer. `actions`: see list.js; `menu`: button that opens the sidebar. */
export function channelPane(world, actions, menu) {
  const composer = new Composer(world, {
    onSent: (ts, text) => {
      list.scrollToEnd();
      actions.onSent(ts, text);
    },
    editLast: () => editLast(world, list, world.outline.topLevel, composer),
  });
  const welcome = intro(world, (text) => {
    composer.fill(text);
    composer.focus();
  });
  const list = new MessageList(world, 'Messages', actions, welcome);
  const prompts = suggestedPrompts(world, (text) => composer.send(text));
  const title = el('h2', {});
  const about = el('p', {});
  const inspect = inspectButton(world);
  const node = el(
    'main',
    { class: 'pane' },
    el('header', { class: 'bar' }, menu, el('div', {}, title, about), inspect),
    list.node,
    prompts,
    composer.node,
  );

  return {
    node,
    list,
    composer,
    render() {
      const { channel } = world;
      const me = world.nameOf(world.me);
      welcome.render();
      setText(title, world.titleOf(channel));
      setText(about, joinNames(world.namesOf(channel.members)));
      inspect.hidden = !world.isFlatDm;
      inspect.render();
      list.render(`${channel.id}:${world.me}`, world.outline.topLevel, world.newFrom);
      prompts.render();
      const label = world.isThreadedDm
        ? `Ask ${world.titleOf(channel)} something new as ${me}`
        : `Message ${world.titleOf(channel)} as ${me}`;
      composer.render({ channel: channel.id, label });
    },
  };
}

/** Toggle button for the inspector. */
export function inspectButton(world) {
  const node = el(
    'button',
    {
      type: 'button',
      class: 'inspect',
      title: 'What the bot remembers and sends',
      onclick: () => world.inspect(!world.inspecting),
    },
    'Inspect',
  );
  node.render = () => node.setAttribute('aria-pressed', String(world.inspecting));
  return node;
}

/** Edits the user's last message; the focus returns to the composer afterwards. */
export function editLast(world, list, messages, composer) {
  const last = messages.findLast(({ user, deleted }) => user === world.me && !deleted);
  if (last) list.edit(last.ts, () => composer.focus());
}
