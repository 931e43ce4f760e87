import { Composer } from './composer.js';
import { el, say } from './dom.js';
import { intro } from './intro.js';
import { MessageList } from './message/list.js';
import { listOf } from './message/reactions.js';

/** The channel: what is said at its top level. `actions`: see list.js; `menu`: what opens the sidebar on a narrow screen. */
export function channelPane(world, actions, menu) {
  const composer = new Composer(world, {
    said: (ts, text) => {
      list.toEnd();
      actions.said(ts, text);
    },
    editLast: () => editLast(world, list, world.outline.topLevel, composer),
  });
  const welcome = intro(world, (text) => {
    composer.fill(text);
    composer.focus();
  });
  const list = new MessageList(world, 'Messages', actions, welcome);
  const title = el('h2', {});
  const about = el('p', {});
  const inspect = inspectButton(world);
  const node = el(
    'main',
    { class: 'pane' },
    el('header', { class: 'bar' }, menu, el('div', {}, title, about), inspect),
    list.node,
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
      say(title, world.titleOf(channel));
      say(about, listOf(world.namesOf(channel.members)));
      inspect.hidden = channel.kind !== 'im';
      inspect.render();
      list.render(`${channel.id}:${world.me}`, world.outline.topLevel, world.newFrom);
      composer.render({ channel: channel.id, label: `Message ${world.titleOf(channel)} as ${me}` });
    },
  };
}

/** Opens and closes the inspector. */
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

/** Takes back to the composer, from where one came. */
export function editLast(world, list, messages, composer) {
  const last = messages.findLast(({ user, deleted }) => user === world.me && !deleted);
  if (last) list.edit(last.ts, () => composer.focus());
}
