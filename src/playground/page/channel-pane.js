import { avatar } from './avatar.js';
import { Composer } from './composer.js';
import { el, setText } from './dom.js';
import { icon } from './icons.js';
import { intro } from './intro.js';
import { MessageList } from './message/list.js';
import { joinNames } from './message/reactions.js';
import { suggestedPrompts } from './suggested-prompts.js';
import { dayOf, isSameDay } from './time.js';

const MAX_FACES = 4;

/** The channel pane: top-level messages and composer. `actions`: see list.js; `menu`: button that opens the sidebar; `home`: opens the Home tab. */
export function channelPane(world, actions, menu, home) {
  const composer = new Composer(world, {
    onSent: (ts, text) => {
      list.scrollToEnd();
      actions.onSent(ts, text);
    },
    editLast: () => editLast(world, list, world.outline.topLevel, composer),
    pickEmoji: actions.pickEmoji,
  });
  const welcome = intro(world, (text) => {
    composer.fill(text);
    composer.focus();
  });
  const list = new MessageList(world, 'Messages', actions, { intro: welcome, dividers: dayDivider });
  const prompts = suggestedPrompts(world, (text) => composer.send(text));
  const title = el('h2', {});
  const members = memberFaces(world);
  const face = el('span', { class: 'face' });
  const inspect = inspectButton(world);
  const node = el(
    'main',
    { class: 'pane' },
    el('header', { class: 'bar' }, menu, face, el('div', {}, title), members, home, inspect),
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
      welcome.render();
      setText(title, world.titleOf(channel));
      members.render();
      face.hidden = channel.kind !== 'im';
      if (!face.hidden && face.dataset.of !== world.bot.id) {
        face.dataset.of = world.bot.id;
        face.replaceChildren(avatar(world, world.bot.id));
      }
      inspect.hidden = !world.isFlatDm;
      inspect.render();
      list.render(`${channel.id}:${world.me}`, world.outline.topLevel, world.newFrom);
      prompts.render();
      composer.render({ channel: channel.id, label: `Message ${world.titleOf(channel)}` });
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
    icon('activity'),
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

/** Above the first message of each day. */
function dayDivider(messages, at) {
  const ms = Number(messages[at].ts) * 1000;
  return at > 0 && isSameDay(ms, Number(messages[at - 1].ts) * 1000) ? undefined : dayOf(ms, Date.now());
}

/** Who is in the channel: some faces, and their number. */
function memberFaces(world) {
  const faces = el('span', { class: 'faces' });
  const count = el('span', { 'aria-hidden': 'true' });
  const names = el('span', { class: 'visually-hidden' });
  const node = el('div', { class: 'members' }, faces, count, names);
  let shown;
  node.render = () => {
    const { members, kind } = world.channel;
    node.hidden = kind === 'im';
    if (shown === members.join()) return;
    shown = members.join();
    faces.replaceChildren(...members.slice(0, MAX_FACES).map((id) => avatar(world, id)));
    setText(count, String(members.length));
    const text = `Members: ${joinNames(world.namesOf(members))}`;
    setText(names, text);
    node.title = text;
  };
  return node;
}
