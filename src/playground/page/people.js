/** The people, the bot, and which person the user writes as. */
export class People {
  #views = new Map();
  /** The app's shortcuts for messages: `{ id, name }`. */
  shortcuts = [];
  /** `{ id, name, displayName }[]`, without the bot. */
  people = [];
  /** `{ id, name }`. */
  bot = undefined;
  me = undefined;

  person(id) {
    return this.people.find((person) => person.id === id);
  }

  /** Display name. */
  nameOf(id) {
    return id === this.bot.id ? this.botName : (this.person(id)?.displayName ?? 'Somebody');
  }

  namesOf(ids) {
    return ids.map((id) => this.nameOf(id));
  }

  get botName() {
    return this.bot.name.charAt(0).toUpperCase() + this.bot.name.slice(1);
  }

  /** People and bot, for mentions: `{ id, name, displayName }[]`. */
  get everybody() {
    return [...this.people, { ...this.bot, displayName: this.botName }];
  }

  /** What a person sees besides the channels: `{ modal?, home? }`. */
  viewsOf(person) {
    return this.#views.get(person) ?? {};
  }

  takeViews({ views, shortcuts = this.shortcuts }) {
    this.shortcuts = shortcuts;
    for (const one of views) this.#views.set(one.person, one);
  }

  /** `#name` of a channel; undefined if there is no such channel here. */
  placeOf(id) {
    const channel = this.channels.get(id);
    return channel && this.titleOf(channel);
  }

  /** Of a channel. */
  titleOf({ kind, name, members }) {
    if (kind === 'im') return this.botName;
    return kind === 'mpim'
      ? this.namesOf(members.filter((id) => id !== this.me && id !== this.bot.id)).join(', ')
      : `#${name}`;
  }
}
