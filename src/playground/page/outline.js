/** A channel as one person sees it: top level, threads and unread messages. Pure. */

const outlines = new WeakMap();

/** Cached per channel object and person: rendering asks for it with every message. */
export function outlineOf(channel, me) {
  const known = outlines.get(channel);
  if (known?.me === me) return known;
  const outline = new Outline(channel, me);
  outlines.set(channel, outline);
  return outline;
}

const NONE = [];

/** Reuses the message objects of `before` that have not changed, so that rendering can skip them by identity. */
export function reuseMessages(channel, before) {
  if (!before) return channel;
  const known = new Map(before.messages.map((message) => [message.ts, message]));
  const messages = channel.messages.map((message) => {
    const old = known.get(message.ts);
    return old && JSON.stringify(old) === JSON.stringify(message) ? old : message;
  });
  return { ...channel, messages };
}

class Outline {
  /** Messages outside threads, thread roots, and replies that were also sent to the channel. */
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

  /** A thread including its root; the top level for ''. */
  messagesIn(root) {
    if (root === '') return this.topLevel;
    const first = this.#byTs.get(root);
    return first ? [first, ...this.repliesTo(root)] : this.repliesTo(root);
  }

  /**
   * Unread messages of other people, in a thread or at the top level (''). A reply that was also sent to the channel
   * counts at the top level only.
   */
  unread(root) {
    if (!this.#unread.has(root)) this.#unread.set(root, this.#unreadIn(root));
    return this.#unread.get(root);
  }

  /** Roots of the threads with unread messages. */
  get unreadThreads() {
    return [...this.#replies.keys()].filter((root) => this.unread(root).length > 0);
  }

  /** `ts` of the newest message this person has read in a thread or at the top level (''); '' for none. */
  readTo(root) {
    return this.#channel.read?.[this.me]?.[root] ?? '';
  }

  /** `ts` of the newest message in a thread or at the top level (''), ephemeral ones excluded; '' for none. */
  newest(root) {
    const messages = root === '' ? this.topLevel : this.repliesTo(root);
    return messages.findLast(({ ephemeralTo }) => ephemeralTo === undefined)?.ts ?? '';
  }

  #unreadIn(root) {
    if (root !== '' && !this.#participatesIn(root)) return NONE;
    const readTo = this.readTo(root);
    const messages = root === '' ? this.topLevel : this.repliesTo(root);
    return messages.filter(
      ({ ts, user, deleted, ephemeralTo, broadcast }) =>
        ts > readTo && user !== this.me && !deleted && ephemeralTo === undefined && (root === '' || !broadcast),
    );
  }

  /** Replies in threads a person does not take part in are not unread for them. */
  #participatesIn(root) {
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
