/** What the page knows and shows: the server's state, and who looks at what. */
export class World {
  #changed;

  /** `changed` is called after everything that may look different. */
  constructor(changed) {
    this.#changed = changed;
    this.people = [];
    this.channels = new Map();
    this.unread = new Set();
    this.me = undefined;
    this.channelId = undefined;
    /** `ts` of the open thread's root. */
    this.thread = undefined;
    /** `ts` of a thread's root that is on its way here. */
    this.awaited = undefined;
    this.connected = true;
  }

  /** A new playground has new ids: who and where one was is found again by name. */
  replace({ bot, model, people, channels }) {
    const [who, where] = [this.person(this.me)?.name, this.channel?.name];
    Object.assign(this, { bot, model, people, connected: true, unread: new Set() });
    this.channels = new Map(channels.map((channel) => [channel.id, channel]));
    this.me = (people.find(({ name }) => name === who) ?? people[0]).id;
    if (!this.channels.has(this.channelId)) {
      this.channelId = (channels.find(({ name }) => name === where) ?? channels[0]).id;
      this.#leaveThread();
    }
    this.#openAwaited();
    this.#changed();
  }

  update(channel) {
    const before = this.channels.get(channel.id);
    this.channels.set(channel.id, channel);
    const more = channel.messages.length > (before?.messages.length ?? 0);
    if (more && channel.id !== this.channelId) this.unread.add(channel.id);
    this.#openAwaited();
    this.#changed();
  }

  lose() {
    this.connected = false;
    this.#changed();
  }

  writeAs(person) {
    const inDm = this.channel.with !== undefined;
    this.me = person;
    if (inDm) this.channelId = this.myChannels.find((channel) => channel.with === person).id;
    if (inDm) this.#leaveThread();
    this.unread.delete(this.channelId);
    this.#changed();
  }

  visit(channelId) {
    if (channelId !== this.channelId) this.#leaveThread();
    this.channelId = channelId;
    this.unread.delete(channelId);
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

  #openAwaited() {
    if (!this.channel.messages.some(({ ts }) => ts === this.awaited)) return;
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

  /** Everybody's channels and one's own DM. */
  get myChannels() {
    return [...this.channels.values()].filter((channel) => channel.with === undefined || channel.with === this.me);
  }

  /** Who may be mentioned: `{ id, name }[]`. */
  get everybody() {
    return [...this.people, this.bot];
  }

  /** What a channel shows: threads by their first message only. */
  get topLevel() {
    return this.channel.messages.filter((message) => message.threadTs === undefined);
  }

  /** The open thread with its root. */
  get threadMessages() {
    return this.channel.messages.filter(({ ts, threadTs }) => ts === this.thread || threadTs === this.thread);
  }

  repliesTo(ts) {
    return this.channel.messages.filter(({ threadTs }) => threadTs === ts);
  }

  person(id) {
    return this.people.find((person) => person.id === id);
  }

  /** As it is shown beside a message. */
  nameOf(id) {
    return id === this.bot.id ? this.botName : (this.person(id)?.displayName ?? 'Somebody');
  }

  get botName() {
    return this.bot.name.charAt(0).toUpperCase() + this.bot.name.slice(1);
  }

  titleOf(channel) {
    return channel.with === undefined ? `#${channel.name}` : this.botName;
  }
}
