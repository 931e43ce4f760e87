import { channelPane } from './channel-pane.js';
import { el } from './dom.js';
import { inspectorPane } from './inspector/pane.js';
import { keyboardHelp } from './keyboard-help.js';
import { pageKeys } from './keys.js';
import { noticeBar } from './notice.js';
import { reactionPicker } from './message/picker.js';
import { reader } from './reader.js';
import { listen, reactThere, removeThere } from './server.js';
import { sidebar } from './sidebar.js';
import { threadPane } from './thread-pane.js';
import { World } from './world.js';

/** On a narrow screen a thread covers the channel. */
const narrow = matchMedia('(max-width: 860px)');

const app = document.querySelector('#app');
const world = new World(render);
const picker = reactionPicker();
const notice = noticeBar(world);

/** Why something was refused is said by the composer of the pane in which it was tried, for the place of that moment. */
const actionsIn = (composerOf) => {
  /** What asks for something about a message from where one is now: by the time of the answer one may be elsewhere. */
  const askingAbout = (ts) => {
    const composer = composerOf();
    const { place } = composer;
    const where = { user: world.me, channel: world.channelId, ts };
    return (request, more) => request({ ...where, ...more }).catch((error) => composer.complain(error.message, place));
  };
  return {
    toggleReaction: (ts, name) => askingAbout(ts)(reactThere, { name }),
    remove: (ts) => askingAbout(ts)(removeThere),
    react({ message, node }, anchor) {
      const mine = (message.reactions ?? []).filter(({ users }) => users.includes(world.me)).map(({ name }) => name);
      // By keys one can go elsewhere while it is open.
      const ask = askingAbout(message.ts);
      picker.open({ anchor, message: node, mine, chosen: (name) => ask(reactThere, { name }) });
    },
  };
};

const menu = el(
  'button',
  {
    type: 'button',
    class: 'menu',
    'aria-label': 'Channels and people',
    'aria-controls': 'sidebar',
    'aria-expanded': 'false',
    onclick: () => showMenu(true),
  },
  '☰',
);
const channel = channelPane(
  world,
  {
    ...actionsIn(() => channel.composer),
    reply(ts) {
      world.openThread(ts);
      thread.composer.focus();
    },
    said(ts, text) {
      // Where the answer will be; not over what one is reading, though.
      const asked = world.channel.kind !== 'im' && text.includes(`<@${world.bot.id}>`);
      if (asked && !narrow.matches) world.openThread(ts);
    },
  },
  menu,
);
const thread = threadPane(world, { ...actionsIn(() => thread.composer), close: closeThread });
const inspector = inspectorPane(world);
const reading = reader(world, { channel: channel.node, thread: thread.node });
const help = keyboardHelp();
/** Whatever lies over the place that was gone to is closed, be it the one where one was. */
const visited = () => {
  showMenu(false);
  if (!isSeen(channel.node)) world.inspect(false);
  if (!isSeen(channel.node)) world.closeThread();
  channel.composer.focus();
};
const side = sidebar(world, visited, [help.button]);

// On a narrow screen the sidebar lies over the rest, which is left by going back to it.
for (const event of ['focusin', 'pointerdown']) {
  for (const pane of [channel.node, thread.node]) pane.addEventListener(event, () => showMenu(false));
}
app.addEventListener('keydown', ({ key, target }) => {
  if (key !== 'Escape' || target.closest('dialog') || !app.classList.contains('menu-open')) return;
  showMenu(false);
  menu.focus();
});

pageKeys(
  world,
  () => [
    { node: side, focus: () => side.toPlace() },
    { node: channel.list.node, focus: () => channel.list.focus() },
    { node: thread.node, focus: () => thread.composer.focus() },
    { node: inspector, focus: () => inspector.querySelector('button, a, summary, [tabindex]')?.focus() },
    { node: channel.composer.node, focus: () => channel.composer.focus() },
  ],
  visited,
);

function closeThread() {
  world.closeThread();
  channel.composer.focus();
}

/** What had the focus may be gone or out of sight: the inspector was closed, or takes the place of another pane. */
function keepFocus(held) {
  const now = document.activeElement;
  if (held === document.body || (now !== document.body && isSeen(now))) return;
  const back = inspector.contains(held) ? [...app.querySelectorAll('.inspect')] : [];
  [...back, thread.composer.input, channel.composer.input, inspector.querySelector('button')].find(isSeen)?.focus();
}

function isSeen(node) {
  return node.isConnected && node.checkVisibility({ visibilityProperty: true });
}

function showMenu(open) {
  app.classList.toggle('menu-open', open);
  menu.setAttribute('aria-expanded', String(open));
  if (open) side.toPlace();
}

function render() {
  if (!app.hasChildNodes()) app.append(notice, side, channel.node, thread.node, inspector, picker.node, help.dialog);
  const held = document.activeElement;
  notice.render();
  side.render();
  channel.render();
  thread.render();
  inspector.render();
  app.classList.toggle('with-thread', !thread.node.hidden);
  app.classList.toggle('with-inspector', !inspector.hidden);
  reading.render();
  keepFocus(held);
}

listen({
  state: (state) => {
    const first = !app.hasChildNodes();
    world.replace(state);
    if (first) channel.composer.focus();
  },
  change: (changed) => world.update(changed),
  process: (process) => world.restarted(process),
  observed: (conversation) => world.observe(conversation),
  lost: () => {
    if (app.hasChildNodes()) world.lose();
  },
});
