/** A channel as one person sees it: what stands where, and what of it is new to them. Pure. */

const outlines = new WeakMap();

/** Made once for each state of a channel: rendering asks it about every message. */
export function outlineOf(channel, me) {
  const known = outlines.get(channel);
  if (known?.me === me) return known;
  const outline = new Outline(channel, me);
  outlines.set(channel, outline);
  return outline;
}

const NONE = [];

/** The messages that are as they were `before` are the same objects still: whoever shows them need not look into them. */
export function withKnown(channel, before) {
  if (!before) return channel;
  const known = new Map(before.messages.map((message) => [message.ts, message]));
  const messages = channel.messages.map((message) => {
    const old = known.get(message.ts);
    return old && JSON.stringify(old) === JSON.stringify(message) ? old : message;
  });
  return { ...channel, messages };
}

class Outline {
  /** Threads by their first message, and the replies that were sent here as well. */
  topLevel = [];
  #channel;
  #byTs = new Map();
  #replies = new Map();
  #unread = new Map();

  constructor(channel, me) {
    this.#channel = channel;
    this.me = me;
    for (const message of channel.messages) {
      if (message.ephemeralTo !== undefined && message.ephemeralTo !== me) continue;
      this.#byTs.set(message.ts, message);
      if (message.threadTs === undefined || message.broadcast) this.topLevel.push(message);
      if (message.threadTs !== undefined) this.#repliesOf(message.threadTs).push(message);
    }
  }

  message(ts) {
    return this.#byTs.get(ts);
  }

  repliesTo(root) {
    return this.#replies.get(root) ?? NONE;
  }

  /** A thread with its root; the top level for ''. */
  messagesIn(root) {
    if (root === '') return this.topLevel;
    const first = this.#byTs.get(root);
    return first ? [first, ...this.repliesTo(root)] : this.repliesTo(root);
  }

  /**
   * The messages of a thread, or of the top level (''), that others wrote since this person last looked. What stands in
   * both is new at the top level alone: it is one message, and seen there first.
   */
  unread(root) {
    if (!this.#unread.has(root)) this.#unread.set(root, this.#unreadIn(root));
    return this.#unread.get(root);
  }

  /** Roots of the threads in which there is something new. */
  get newsIn() {
    return [...this.#replies.keys()].filter((root) => this.unread(root).length > 0);
  }

  /** How far this person has read, and how far there is to read. */
  readTo(root) {
    return this.#channel.read?.[this.me]?.[root] ?? '';
  }

  newest(root) {
    const messages = root === '' ? this.topLevel : this.repliesTo(root);
    return messages.findLast(({ ephemeralTo }) => ephemeralTo === undefined)?.ts ?? '';
  }

  #unreadIn(root) {
    if (root !== '' && !this.#takesPartIn(root)) return NONE;
    const readTo = this.readTo(root);
    const messages = root === '' ? this.topLevel : this.repliesTo(root);
    return messages.filter(
      ({ ts, user, deleted, ephemeralTo, broadcast }) =>
        ts > readTo && user !== this.me && !deleted && ephemeralTo === undefined && (root === '' || !broadcast),
    );
  }

  /** Of other people's threads one is not told. */
  #takesPartIn(root) {
    if (this.#channel.with === this.me) return true;
    const mention = `<@${this.me}>`;
    return this.messagesIn(root).some(({ user, text }) => user === this.me || text.includes(mention));
  }

  #repliesOf(root) {
    const replies = this.#replies.get(root) ?? [];
    this.#replies.set(root, replies);
    return replies;
  }
}
