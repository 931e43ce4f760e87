/** Who there is, and which of them one is. */
export class People {
  /** `{ id, name, displayName }[]`, the bot not among them. */
  people = [];
  /** `{ id, name }`. */
  bot = undefined;
  me = undefined;

  person(id) {
    return this.people.find((person) => person.id === id);
  }

  /** As it is shown beside a message. */
  nameOf(id) {
    return id === this.bot.id ? this.botName : (this.person(id)?.displayName ?? 'Somebody');
  }

  namesOf(ids) {
    return ids.map((id) => this.nameOf(id));
  }

  get botName() {
    return this.bot.name.charAt(0).toUpperCase() + this.bot.name.slice(1);
  }

  /** Who may be mentioned: `{ id, name, displayName }[]`. */
  get everybody() {
    return [...this.people, { ...this.bot, displayName: this.botName }];
  }
}
