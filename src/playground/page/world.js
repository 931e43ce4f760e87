import { outlineOf, withKnown } from './outline.js';
import { People } from './people.js';

/** What the page knows and shows: the server's state, and who looks at what. */
export class World extends People {
  #changed;
  #observers = new Set();
  channels = new Map();
  /** `BotStatus` of the bot's process. */
  process = undefined;
  channelId = undefined;
  /** `ts` of the open thread's root. */
  thread = undefined;
  /** `ts` of a thread's root that is on its way here. */
  awaited = undefined;
  /** `ts` of the first messages that were new when one came to the channel and to the thread: a line marks them. */
  newFrom = undefined;
  newInThreadFrom = undefined;
  connected = true;
  /** Which panes somebody looks at just now: one may be behind another, and the page behind other windows. */
  #seen = { channel: true, thread: true };
  inspecting = false;

  /** `changed` is called after everything that may look different. */
  constructor(changed) {
    super();
    this.#changed = changed;
  }

  /** A new playground has new ids: who and where one was is found again by name. */
  replace({ bot, model, storage, process, people, channels }) {
    const [who, where] = [this.person(this.me)?.name, this.channel];
    const before = this.channels;
    Object.assign(this, { bot, model, storage, process, people, connected: true });
    this.channels = new Map(channels.map((channel) => [channel.id, withKnown(channel, before.get(channel.id))]));
    this.me = (people.find(({ name }) => name === who) ?? people[0]).id;
    if (!this.channels.has(this.channelId)) {
      const same = ({ kind, name }) => kind === where?.kind && (kind === 'im' || name === where.name);
      this.#go((this.places.find(same) ?? this.places[0]).id);
    }
    this.#openAwaited();
    this.#changed();
  }

  update(channel) {
    this.channels.set(channel.id, withKnown(channel, this.channels.get(channel.id)));
    this.#openAwaited();
    this.#changed();
    if (channel.id === this.inspected?.channel) this.observe(this.inspected);
  }

  /** The bot's process began, runs or ended. */
  restarted(process) {
    this.process = process;
    this.#changed();
  }

  /** Something happened in a conversation, `{ channel, thread }`, which those who asked for it learn. */
  observe(conversation) {
    for (const listener of this.#observers) listener(conversation);
  }

  /** `listener` gets `{ channel, thread }` of whatever an open inspector should look at anew. */
  onObserved(listener) {
    this.#observers.add(listener);
  }

  lose() {
    this.connected = false;
    this.#changed();
  }

  /** Which panes somebody looks at from now on, `{ channel, thread }`. What came while one was out of sight is new. */
  look(seen) {
    const before = this.#seen;
    this.#seen = seen;
    if (!this.channel || (seen.channel === before.channel && seen.thread === before.thread)) return;
    if (seen.channel && !before.channel) this.newFrom = this.outline.unread('')[0]?.ts ?? this.newFrom;
    if (seen.thread && !before.thread && this.thread !== undefined)
      this.newInThreadFrom = this.outline.unread(this.thread)[0]?.ts ?? this.newInThreadFrom;
    this.#changed();
  }

  /** Whether somebody looks at a thread of this channel just now, or at its top level (''). */
  sees(root) {
    return root === '' ? this.#seen.channel : root === this.thread && this.#seen.thread;
  }

  writeAs(person) {
    const inDm = this.channel.kind === 'im';
    this.me = person;
    const stays = this.places.includes(this.channel);
    if (stays) this.#arrive();
    else this.#go((inDm ? this.places.find((channel) => channel.with === person) : this.places[0]).id);
    this.#changed();
  }

  visit(channelId) {
    if (channelId !== this.channelId) this.#go(channelId);
    this.#changed();
  }

  /** At once, or when its root arrives: until then what is open stays, so that nothing jumps. */
  openThread(ts) {
    this.awaited = ts;
    this.#openAwaited();
    this.#changed();
  }

  closeThread() {
    this.#leaveThread();
    this.#changed();
  }

  inspect(open) {
    this.inspecting = open;
    this.#changed();
  }

  #go(channelId) {
    this.channelId = channelId;
    this.#leaveThread();
    this.#arrive();
  }

  #arrive() {
    this.newFrom = this.outline.unread('')[0]?.ts;
    this.newInThreadFrom = this.thread === undefined ? undefined : this.outline.unread(this.thread)[0]?.ts;
  }

  #openAwaited() {
    if (this.awaited === undefined || !this.outline.message(this.awaited)) return;
    if (this.thread !== this.awaited) this.newInThreadFrom = this.outline.unread(this.awaited)[0]?.ts;
    this.thread = this.awaited;
    this.awaited = undefined;
  }

  #leaveThread() {
    this.thread = undefined;
    this.awaited = undefined;
  }

  get channel() {
    return this.channels.get(this.channelId);
  }

  get outline() {
    return outlineOf(this.channel, this.me);
  }

  /** Where one can go, in the order of the sidebar: channels, one's DM with the bot, group DMs. */
  get places() {
    const mine = [...this.channels.values()].filter(({ kind, members, with: person }) =>
      kind === 'im' ? person === this.me : kind === 'channel' || members.includes(this.me),
    );
    return ['channel', 'im', 'mpim'].flatMap((kind) => mine.filter((channel) => channel.kind === kind));
  }

  /** The conversation that the inspector shows, `{ channel, thread }`; '' is a DM's top level. */
  get inspected() {
    if (this.thread !== undefined) return { channel: this.channelId, thread: this.thread };
    return this.channel.kind === 'im' ? { channel: this.channelId, thread: '' } : undefined;
  }

  /** How many messages of a channel are new to one: none of those that one looks at just now. */
  unreadIn(channel) {
    const outline = outlineOf(channel, this.me);
    const seen = (root) => channel === this.channel && this.sees(root);
    const threads = outline.newsIn.filter((root) => !seen(root));
    return {
      top: seen('') ? 0 : outline.unread('').length,
      inThreads: threads.reduce((sum, root) => sum + outline.unread(root).length, 0),
    };
  }

  titleOf({ kind, name, members }) {
    if (kind === 'im') return this.botName;
    return kind === 'mpim'
      ? this.namesOf(members.filter((id) => id !== this.me && id !== this.bot.id)).join(', ')
      : `#${name}`;
  }
}
