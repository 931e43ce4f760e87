/** The people, the bot, and which person the user writes as. */
export class People {
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
}
