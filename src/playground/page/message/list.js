import { arrange, el } from '../dom.js';
import { listKeys } from './list-keys.js';
import { MessageNode } from './message.js';

/** So near the end one counts as reading along. */
const NEAR_PX = 80;
/** Messages of one person closer together than this share a heading. */
const TOGETHER_S = 300;

/** A column of messages, kept in step with the world node by node. */
export class MessageList {
  #world;
  #actions;
  #nodes = new Map();
  /** Those that were being edited when one went elsewhere, by `ts`, for each that `render` was shown. */
  #edited = new Map();
  #column = el('div', { class: 'column' });
  #newLine = el('p', { class: 'new-line' }, el('span', {}, 'New'));
  #shows;
  #atEnd = true;
  /** How far it was scrolled when that was looked at. */
  #top = 0;
  #keys;

  /**
   * `actions`: `react(shown, anchor)`, `toggleReaction(ts, name)`, `remove(ts)` and, where threads can be opened,
   * `reply(ts)` with the `ts` of the root. `intro`: what stands above the first message.
   */
  constructor(world, label, actions, intro) {
    this.#world = world;
    this.#actions = actions;
    this.node = el('div', {
      class: 'list',
      role: 'log',
      'aria-live': 'polite',
      'aria-relevant': 'additions',
      'aria-label': label,
      tabindex: '-1',
    });
    if (intro) this.node.append(intro);
    this.node.append(this.#column);
    this.#keys = listKeys(this.#column, (ts) => this.#nodes.get(ts));
    this.node.addEventListener('scroll', () => this.#lookAtEnd());
    const sizes = new ResizeObserver(() => this.#resized());
    // Messages are laid out when they come into sight, and are not as high as they were taken for.
    for (const node of [this.node, ...this.node.children]) sizes.observe(node);
  }

  /** `shows` names what the messages are of: another name begins the column anew, at its end or at what one was editing there. `newFrom`: `ts` of the first new one. */
  render(shows, messages, newFrom) {
    const other = shows !== this.#shows;
    this.#lookAtEnd();
    const follow = other || this.#atEnd;
    if (other) this.#goTo(shows);

    const known = this.#nodes;
    this.#nodes = new Map();
    const firstNew = newFrom === undefined ? undefined : messages.find(({ ts }) => ts >= newFrom)?.ts;
    const children = [];
    for (const [at, message] of messages.entries()) {
      const compact = message.ts !== firstNew && follows(message, messages[at - 1], this.#world);
      const shown = known.get(message.ts) ?? new MessageNode(this.#world, message, this.#actions, !other);
      this.#nodes.set(message.ts, shown);
      shown.update(message, { compact, fresh: !other });
      if (message.ts === firstNew) children.push(this.#newLine);
      children.push(shown.node);
    }
    if (!this.#keys.keepFocus(() => arrange(this.#column, children))) this.node.focus();
    if (follow) this.toEnd();
    if (other) [...this.#nodes.values()].find(({ editing }) => editing)?.node.scrollIntoView({ block: 'nearest' });
  }

  toEnd() {
    this.#atEnd = true;
    this.node.scrollTop = this.node.scrollHeight;
    this.#top = this.node.scrollTop;
  }

  /** On the newest message. */
  focus() {
    if (!this.#keys.focus()) this.node.focus();
  }

  edit(ts, back) {
    this.#nodes.get(ts)?.edit(back);
  }

  /** An edit under way, and why it was refused meanwhile, is found again when one comes back. */
  #goTo(shows) {
    this.#edited.set(this.#shows, new Map([...this.#nodes].filter(([, { editing }]) => editing)));
    this.#nodes = this.#edited.get(shows) ?? new Map();
    this.#shows = shows;
  }

  /** In another size the end moves away from whoever was reading there. Hidden, a list forgets where it was: it comes back at its end. */
  #resized() {
    if (this.#atEnd || this.node.clientHeight === 0) this.toEnd();
  }

  /** Only going up leaves the end: else it went away from whoever was there. */
  #lookAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.node;
    if (scrollHeight - scrollTop - clientHeight < NEAR_PX) this.#atEnd = true;
    else if (scrollTop < this.#top) this.#atEnd = false;
    this.#top = scrollTop;
  }
}

function follows(message, previous, world) {
  if (!previous || previous.user !== message.user || previous.deleted || message.deleted) return false;
  // Each says for itself that only one person sees it, or that it replies to a thread.
  if ([message, previous].some(({ ephemeralTo, broadcast }) => ephemeralTo !== undefined || broadcast)) return false;
  const apart = Number(message.ts) - Number(previous.ts);
  const isRoot = previous.threadTs === undefined && world.outline.repliesTo(previous.ts).length > 0;
  return apart < TOGETHER_S && !isRoot;
}
