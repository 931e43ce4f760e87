import { outlineOf, reuseMessages } from './outline.js';
import { People } from './people.js';

/** The page's model: the server's state, and what the user has open. */
export class World extends People {
  #onChange;
  #observers = new Set();
  #rerunListeners = new Set();
  channels = new Map();
  /** `BotStatus` of the bot's process. */
  process = undefined;
  channelId = undefined;
  /** `ts` of the open thread's root. */
  thread = undefined;
  /** `ts` of a thread's root that has not arrived yet; the thread opens when it does. */
  pendingThread = undefined;
  /** `ts` of the first unread message when the user opened the channel or thread: the "New" line stands above it. */
  newFrom = undefined;
  newInThreadFrom = undefined;
  connected = true;
  /** Which panes are visible: a pane can be behind another one, and the page behind other windows. */
  #visiblePanes = { channel: true, thread: true };
  inspecting = false;
  /** What the inspector shows: id of a run, or `ts` of a message in it; undefined for the newest run. */
  run = undefined;

  /** `onChange()` is called after every change of what is shown. */
  constructor(onChange) {
    super();
    this.#onChange = onChange;
  }

  /** Takes the full state, then calls `show`. A restarted playground has new ids, so person and channel are found again by name. */
  setState(state, show = this.#onChange) {
    const { bot, model, storage, dmReplies, process, people, channels, localServers = [] } = state;
    this.takeViews(state);
    const [who, where] = [this.person(this.me)?.name, this.channel];
    const before = this.channels;
    Object.assign(this, { bot, model, storage, dmReplies, process, people, localServers, connected: true });
    this.channels = new Map(channels.map((channel) => [channel.id, reuseMessages(channel, before.get(channel.id))]));
    this.me = (people.find(({ name }) => name === who) ?? people[0]).id;
    if (!this.channels.has(this.channelId)) {
      const same = ({ kind, name }) => kind === where?.kind && (kind === 'im' || name === where.name);
      this.#enter((this.sidebarChannels.find(same) ?? this.sidebarChannels[0]).id);
    }
    this.#openPendingThread();
    show();
  }

  updateChannel(channel) {
    this.channels.set(channel.id, reuseMessages(channel, this.channels.get(channel.id)));
    this.#openPendingThread();
    this.#onChange();
    if (channel.id === this.inspected?.channel) this.notifyObservers(this.inspected);
  }

  /** The app has opened, changed or closed something. */
  setViews(views) {
    this.takeViews({ views: [views] });
    this.#onChange();
  }

  /** The status of the bot's process changed. */
  setProcess(process) {
    this.process = process;
    this.#onChange();
  }

  /** Tells observers that something happened in a conversation, `{ channel, thread }`. */
  notifyObservers(conversation) {
    for (const listener of this.#observers) listener(conversation);
  }

  /** `listener` gets `{ channel, thread }` of a conversation that an open inspector should reload. */
  onObserved(listener) {
    this.#observers.add(listener);
  }

  /** An answer that is being written again has grown, see reruns.ts. */
  notifyRerun(rerun) {
    for (const listener of this.#rerunListeners) listener(rerun);
  }

  /** Returns a function that unsubscribes `listener`. */
  onRerun(listener) {
    this.#rerunListeners.add(listener);
    return () => this.#rerunListeners.delete(listener);
  }

  connectionLost() {
    this.connected = false;
    this.#onChange();
  }

  /** Sets which panes are visible, `{ channel, thread }`. Messages that arrived while a pane was hidden are new. */
  setVisiblePanes(visible) {
    const before = this.#visiblePanes;
    this.#visiblePanes = visible;
    if (!this.channel || (visible.channel === before.channel && visible.thread === before.thread)) return;
    if (visible.channel && !before.channel) this.newFrom = this.outline.unread('')[0]?.ts ?? this.newFrom;
    if (visible.thread && !before.thread && this.thread !== undefined)
      this.newInThreadFrom = this.outline.unread(this.thread)[0]?.ts ?? this.newInThreadFrom;
    this.#onChange();
  }

  /** Whether a thread of this channel, or its top level (''), is visible. */
  isVisible(root) {
    return root === '' ? this.#visiblePanes.channel : root === this.thread && this.#visiblePanes.thread;
  }

  writeAs(person) {
    const inDm = this.channel.kind === 'im';
    this.me = person;
    const stays = this.sidebarChannels.includes(this.channel);
    if (stays) this.#markNew();
    else
      this.#enter(
        (inDm ? this.sidebarChannels.find((channel) => channel.with === person) : this.sidebarChannels[0]).id,
      );
    this.#onChange();
  }

  /**
   * Shows what an address names, see address.js: person, channel, thread, run. Returns `ts` of the thread's root;
   * undefined if it names none, or one that is not there.
   */
  show({ person, channel = this.channelId, thread, inspecting, run }) {
    this.me = person;
    this.#enter(channel);
    const message = thread === undefined ? undefined : this.outline.message(thread);
    this.thread = message && (message.threadTs ?? message.ts);
    this.#markNew();
    Object.assign(this, { inspecting, run });
    this.#onChange();
    return this.thread;
  }

  visit(channelId) {
    if (channelId !== this.channelId) this.#enter(channelId);
    this.#onChange();
  }

  /** Opens a thread, as soon as its root has arrived. Until then the open thread stays, so that nothing jumps. */
  openThread(ts) {
    this.pendingThread = ts;
    this.#openPendingThread();
    this.#onChange();
  }

  closeThread() {
    this.#leaveThread();
    this.#onChange();
  }

  /** Opens the inspector with the run that a message belongs to. */
  inspectMessage({ ts, threadTs }) {
    if (!this.isFlatDm || threadTs !== undefined) this.openThread(threadTs ?? ts);
    this.run = ts;
    this.inspect(true);
  }

  /** Shows a run in the inspector; undefined for the newest, and those that follow. */
  selectRun(id) {
    this.run = id;
    this.#onChange();
  }

  inspect(open) {
    this.inspecting = open;
    this.#onChange();
  }

  #enter(channelId) {
    this.channelId = channelId;
    this.#leaveThread();
    this.#markNew();
  }

  #markNew() {
    this.newFrom = this.outline.unread('')[0]?.ts;
    this.newInThreadFrom = this.thread === undefined ? undefined : this.outline.unread(this.thread)[0]?.ts;
  }

  #openPendingThread() {
    if (this.pendingThread === undefined || !this.outline.message(this.pendingThread)) return;
    if (this.thread !== this.pendingThread) this.newInThreadFrom = this.outline.unread(this.pendingThread)[0]?.ts;
    if (this.thread !== this.pendingThread) this.run = undefined;
    this.thread = this.pendingThread;
    this.pendingThread = undefined;
  }

  #leaveThread() {
    this.thread = undefined;
    this.pendingThread = undefined;
    this.run = undefined;
  }

  get channel() {
    return this.channels.get(this.channelId);
  }

  get outline() {
    return outlineOf(this.channel, this.me);
  }

  /** Channels the person can open, in sidebar order: channels, their DM with the bot, group DMs. */
  get sidebarChannels() {
    const mine = [...this.channels.values()].filter(({ kind, members, with: person }) =>
      kind === 'im' ? person === this.me : kind === 'channel' || members.includes(this.me),
    );
    return ['channel', 'im', 'mpim'].flatMap((kind) => mine.filter((channel) => channel.kind === kind));
  }

  /** Channels with a name, for `#general`. */
  get namedChannels() {
    return [...this.channels.values()].filter(({ kind }) => kind === 'channel');
  }

  /** The conversation that the inspector shows, `{ channel, thread }`; '' is the top level of a flat DM. */
  get inspected() {
    if (this.thread !== undefined) return { channel: this.channelId, thread: this.thread };
    return this.isFlatDm ? { channel: this.channelId, thread: '' } : undefined;
  }

  /** Whether the open channel is a DM whose top level is one conversation. */
  get isFlatDm() {
    return this.channel.kind === 'im' && this.dmReplies === 'flat';
  }

  /** Whether each top-level message of the open channel begins a conversation with the bot. */
  get isThreadedDm() {
    return this.channel.kind === 'im' && this.dmReplies !== 'flat';
  }

  /**
   * Number of unread messages in a channel, and of those that mention the person, which in a DM are all. Messages that
   * are visible right now do not count.
   */
  unreadIn(channel) {
    const outline = outlineOf(channel, this.me);
    const roots = ['', ...outline.unreadThreads].filter((root) => channel !== this.channel || !this.isVisible(root));
    const unread = roots.flatMap((root) => outline.unread(root));
    const isForMe = ({ text }) => channel.kind !== 'channel' || text.includes(`<@${this.me}>`);
    return { all: unread.length, forMe: unread.filter(isForMe).length };
  }
}
