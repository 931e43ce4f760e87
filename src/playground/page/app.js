import { Composer } from './composer.js';
import { el, say } from './dom.js';
import { intro } from './intro.js';
import { MessageList } from './list.js';
import { listen, removeThere } from './server.js';
import { sidebar } from './sidebar.js';
import { World } from './world.js';

/** On a narrow screen a thread covers the channel. */
const narrow = matchMedia('(max-width: 860px)');

const world = new World(render);

const remove = (ts) => removeThere({ user: world.me, channel: world.channelId, ts }).catch((error) => say(notice, error.message));
const editLast = (list, messages) => {
  const last = messages.findLast(({ user, deleted }) => user === world.me && !deleted);
  if (last) list.edit(last.ts);
};
const openThread = (ts) => {
  world.openThread(ts);
  threadComposer.focus();
};

const main = new Composer(world, {
  said: (ts, text) => {
    list.toEnd();
    // Where the answer will be; not over what one is reading, though.
    const asked = world.channel.with === undefined && text.includes(`<@${world.bot.id}>`);
    if (asked && !narrow.matches) world.openThread(ts);
  },
  editLast: () => editLast(list, world.topLevel),
});
const threadComposer = new Composer(world, { said: () => threadList.toEnd(), editLast: () => editLast(threadList, world.threadMessages) });

const welcome = intro(world, (text) => {
  main.fill(text);
  main.focus();
});
const list = new MessageList(world, 'Messages', { reply: openThread, remove, focus: () => main.focus() }, welcome);
const threadList = new MessageList(world, 'Thread', { remove, focus: () => threadComposer.focus() });

const title = el('h2', {});
const about = el('p', {});
const menu = el('button', { type: 'button', class: 'menu', 'aria-label': 'Channels and people', 'aria-controls': 'sidebar', 'aria-expanded': 'false', onclick: () => showMenu(true) }, '☰');
const notice = el('p', { class: 'notice', role: 'alert' });
const channelPane = el(
  'main',
  { class: 'pane' },
  el('header', { class: 'bar' }, menu, el('div', {}, title, about)),
  notice,
  list.node,
  main.node,
);

const threadTitle = el('p', {});
const status = el('p', { class: 'status', role: 'status' });
const threadPane = el(
  'aside',
  { class: 'pane thread', 'aria-label': 'Thread', hidden: true, onkeydown: (event) => event.key === 'Escape' && closeThread() },
  el(
    'header',
    { class: 'bar' },
    el('div', {}, el('h2', {}, 'Thread'), threadTitle),
    el('button', { type: 'button', class: 'close', 'aria-label': 'Close the thread', onclick: closeThread }, '✕'),
  ),
  threadList.node,
  status,
  threadComposer.node,
);

const side = sidebar(world, () => {
  showMenu(false);
  main.focus();
});
const app = document.querySelector('#app');
// On a narrow screen the sidebar lies over the rest, which is left by going back to it.
channelPane.addEventListener('focusin', () => showMenu(false));
channelPane.addEventListener('pointerdown', () => showMenu(false));
side.addEventListener('keydown', (event) => event.key === 'Escape' && menu.focus());

function closeThread() {
  world.closeThread();
  main.focus();
}

function showMenu(open) {
  app.classList.toggle('menu-open', open);
  menu.setAttribute('aria-expanded', String(open));
}

function render() {
  if (!app.hasChildNodes()) app.append(side, channelPane, threadPane);
  const { channel, thread } = world;
  const me = world.nameOf(world.me);
  side.render();
  welcome.render();
  say(title, world.titleOf(channel));
  say(about, channel.with === undefined ? `${world.people.map(({ displayName }) => displayName).join(', ')} and ${world.botName}` : `${me} and ${world.botName}`);
  say(notice, world.connected ? '' : 'The playground does not answer. Start it again with “npm run playground”; this page comes back by itself.');
  list.render(`${channel.id}:${world.me}`, world.topLevel);
  main.render({ channel: channel.id, label: `Message ${world.titleOf(channel)} as ${me}` });

  const messages = thread === undefined ? [] : world.threadMessages;
  threadPane.hidden = messages.length === 0;
  app.classList.toggle('with-thread', messages.length > 0);
  if (messages.length === 0) return;
  say(threadTitle, world.titleOf(channel));
  threadList.render(`${channel.id}:${thread}:${world.me}`, messages);
  say(status, channel.statuses[thread] ? `${world.botName} ${channel.statuses[thread]}` : '');
  threadComposer.render({ channel: channel.id, threadTs: thread, label: `Reply as ${me}` });
}

listen({
  state: (state) => {
    const first = !app.hasChildNodes();
    world.replace(state);
    if (first) main.focus();
  },
  change: (channel) => world.update(channel),
  lost: () => {
    if (app.hasChildNodes()) world.lose();
  },
});
