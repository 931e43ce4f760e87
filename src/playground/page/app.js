import { followAddress } from './address.js';
import { channelPane } from './channel-pane.js';
import { el } from './dom.js';
import { icon } from './icons.js';
import { inspectorPane } from './inspector/pane.js';
import { keyboardHelp } from './keyboard-help.js';
import { pageKeys } from './keys.js';
import { emojiPicker } from './message/picker.js';
import { messagesTab } from './messages-tab.js';
import { noticeBar } from './notice.js';
import { quickSwitcher } from './quick-switcher.js';
import { readTracker } from './read-tracker.js';
import { connectFeed, pressButton, toggleReaction, removeMessage, stopStream } from './server.js';
import { sidebar } from './sidebar.js';
import { threadPane } from './thread-pane.js';
import { World } from './world.js';

/** On a narrow screen a thread covers the channel. */
const narrow = matchMedia('(max-width: 860px)');

/** `ts` of a thread that gets the focus when it opens. */
let threadToFocus;

const app = document.querySelector('#app');
const world = new World(render);
const picker = emojiPicker();
const notice = noticeBar(world);

/** Actions of a pane. Errors appear in its composer, in the channel or thread where the action started. */
const paneActions = (composerOf) => {
  /** Remembers channel and thread now: the user may have moved on when the response arrives. */
  const bindRequest = (ts) => {
    const composer = composerOf();
    const { targetKey } = composer;
    const where = { user: world.me, channel: world.channelId, ts };
    return (request, more) =>
      request({ ...where, ...more }).catch((error) => composer.showError(error.message, targetKey));
  };
  return {
    toggleReaction: (ts, name) => bindRequest(ts)(toggleReaction, { name }),
    remove: (ts) => bindRequest(ts)(removeMessage),
    press: (ts, pressed) => bindRequest(ts)(pressButton, pressed),
    stop: (ts) => bindRequest(ts)(stopStream),
    inspect: (message) => world.inspectMessage(message),
    react({ message, node }, anchor) {
      const mine = (message.reactions ?? []).filter(({ users }) => users.includes(world.me)).map(({ name }) => name);
      // With the keyboard the user can change the channel while the picker is open.
      const send = bindRequest(message.ts);
      picker.open({ anchor, message: node, mine, onChoose: (name) => send(toggleReaction, { name }) });
    },
    pickEmoji: (anchor, onChoose) => picker.open({ anchor, onChoose }),
  };
};

const menu = el(
  'button',
  {
    type: 'button',
    class: 'menu tool',
    'aria-label': 'Channels and people',
    'aria-controls': 'sidebar',
    'aria-expanded': 'false',
    onclick: () => showMenu(true),
  },
  icon('menu'),
);
const channel = channelPane(
  world,
  {
    ...paneActions(() => channel.composer),
    reply(ts) {
      world.openThread(ts);
      thread.composer.focus();
    },
    onSent(ts, text) {
      if (world.isThreadedDm) {
        // What is typed next goes on with this.
        threadToFocus = ts;
        world.openThread(ts);
        return;
      }
      // The answer will come in this thread. On a narrow screen it would cover what the user reads.
      const botMentioned = world.channel.kind !== 'im' && text.includes(`<@${world.bot.id}>`);
      if (!botMentioned || narrow.matches) return;
      threadToFocus = ts;
      world.openThread(ts);
    },
  },
  menu,
);
const thread = threadPane(world, { ...paneActions(() => thread.composer), close: closeThread });
const inspector = inspectorPane(world);
const reads = readTracker(world, { channel: channel.node, thread: thread.node });
const tabOpening = messagesTab(world);
const help = keyboardHelp();
const address = followAddress(world, (ts) =>
  channel.composer.showError(`There is no message ${ts} here: everything is forgotten when the playground ends.`),
);
/** Runs after a channel was chosen, even the current one: closes the panes that cover it, and focuses its composer. */
const onVisit = () => {
  showMenu(false);
  if (!isVisible(channel.node)) world.inspect(false);
  if (!isVisible(channel.node)) world.closeThread();
  channel.composer.focus();
};
const switcher = quickSwitcher(world, onVisit);
const side = sidebar(world, { onVisit, jump: () => switcher.open(), extraButtons: [help.button] });

// On a narrow screen the sidebar covers the panes: focusing or pressing a pane closes it.
for (const event of ['focusin', 'pointerdown']) {
  for (const pane of [channel.node, thread.node]) pane.addEventListener(event, () => showMenu(false));
}
app.addEventListener('keydown', ({ key, target }) => {
  if (key !== 'Escape' || target.closest('dialog') || !app.classList.contains('menu-open')) return;
  showMenu(false);
  menu.focus();
});

pageKeys(world, {
  panes: () => [
    { node: side, focus: () => side.focusCurrent() },
    { node: channel.list.node, focus: () => channel.list.focus() },
    { node: thread.node, focus: () => thread.composer.focus() },
    { node: inspector, focus: () => inspector.querySelector('button, a, summary, [tabindex]')?.focus() },
    { node: channel.composer.node, focus: () => channel.composer.focus() },
  ],
  onVisit,
  jump: () => switcher.open(),
});

function closeThread() {
  world.closeThread();
  channel.composer.focus();
}

/** Moves the focus when its element was removed or hidden, for example because the inspector closed or covers it. */
function restoreFocus(previous) {
  const now = document.activeElement;
  if (previous === document.body || (now !== document.body && isVisible(now))) return;
  const inspectButtons = inspector.contains(previous) ? [...app.querySelectorAll('.inspect')] : [];
  [...inspectButtons, thread.composer.input, channel.composer.input, inspector.querySelector('button')]
    .find(isVisible)
    ?.focus();
}

function focusNewThread() {
  if (threadToFocus === undefined || world.thread !== threadToFocus) return;
  threadToFocus = undefined;
  if (channel.composer.input.value === '') thread.composer.focus();
}

function isVisible(node) {
  return node.isConnected && node.checkVisibility({ visibilityProperty: true });
}

function showMenu(open) {
  app.classList.toggle('menu-open', open);
  menu.setAttribute('aria-expanded', String(open));
  if (open) side.focusCurrent();
}

function render() {
  if (!app.hasChildNodes())
    app.append(notice, side, channel.node, thread.node, inspector, picker.node, help.dialog, switcher.dialog);
  const previous = document.activeElement;
  notice.render();
  side.render();
  channel.render();
  thread.render();
  inspector.render();
  app.classList.toggle('with-thread', !thread.node.hidden);
  app.classList.toggle('with-inspector', !inspector.hidden);
  reads.render();
  address.render();
  tabOpening.render();
  restoreFocus(previous);
  focusNewThread();
}

connectFeed({
  state: (state) => {
    const first = !app.hasChildNodes();
    world.setState(state, first ? () => address.open() : undefined);
    if (first) (thread.node.hidden ? channel : thread).composer.focus();
  },
  change: (changed) => world.updateChannel(changed),
  process: (process) => world.setProcess(process),
  observed: (conversation) => world.notifyObservers(conversation),
  rerun: (rerun) => world.notifyRerun(rerun),
  lost: () => {
    if (app.hasChildNodes()) world.connectionLost();
  },
});
