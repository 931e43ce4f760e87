import { arrange, el, setText } from '../dom.js';
import { isSameDay } from '../time.js';
import { listKeys } from './list-keys.js';
import { MessageNode } from './message.js';

/** Within this distance of the end, the list follows new messages. */
const END_THRESHOLD_PX = 80;
/** Consecutive messages of one person within this time share a heading. */
const GROUP_WITHIN_S = 300;

/** A column of messages; nodes are reused between renders. */
export class MessageList {
  #world;
  #actions;
  #nodes = new Map();
  /** Messages with an open editor, by list key and `ts`, from when the user left that list. */
  #openEditors = new Map();
  #column = el('div', { class: 'column' });
  #newLine = el('p', { class: 'new-line' }, el('span', {}, 'New'));
  #dividersOf;
  /** Nodes of dividers, by the `ts` of the message below. */
  #dividers = new Map();
  #listKey;
  #atEnd = true;
  /** Scroll position at the last check. */
  #lastScrollTop = 0;
  #keys;

  /**
   * `actions`: `react(messageNode, anchor)`, `toggleReaction(ts, name)`, `press(ts, { actionId, value })`, `stop(ts)`,
   * `remove(ts)` and, where threads can be opened, `reply(ts)` with the `ts` of the root. `intro`: node above the first message. `dividers(messages, at)`: text of a
   * line above that message, undefined for none.
   */
  constructor(world, label, actions, { intro, dividers = () => undefined } = {}) {
    this.#dividersOf = dividers;
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
    this.node.addEventListener('scroll', () => this.#trackScroll());
    const sizes = new ResizeObserver(() => this.#resized());
    // `content-visibility` lays out messages when they become visible, which changes their estimated height.
    for (const node of [this.node, ...this.node.children]) sizes.observe(node);
  }

  /**
   * `listKey` identifies the list: with another value the column is rebuilt and scrolled to the end, or to
   * an open editor. `newFrom`: `ts` of the first new message.
   */
  render(listKey, messages, newFrom) {
    const switched = listKey !== this.#listKey;
    this.#trackScroll();
    const follow = switched || this.#atEnd;
    if (switched) this.#switchTo(listKey);

    const known = this.#nodes;
    this.#nodes = new Map();
    const firstNew = newFrom === undefined ? undefined : messages.find(({ ts }) => ts >= newFrom)?.ts;
    const children = [];
    for (const [at, message] of messages.entries()) {
      const compact = message.ts !== firstNew && isGrouped(message, messages[at - 1], this.#world);
      const messageNode = known.get(message.ts) ?? new MessageNode(this.#world, message, this.#actions, !switched);
      this.#nodes.set(message.ts, messageNode);
      messageNode.update(message, { compact, fresh: !switched });
      const divider = this.#dividersOf(messages, at);
      if (divider !== undefined) children.push(this.#dividerAbove(message.ts, divider));
      if (message.ts === firstNew) children.push(this.#newLine);
      children.push(messageNode.node);
    }
    if (!this.#keys.keepFocus(() => arrange(this.#column, children))) this.node.focus();
    if (follow) this.scrollToEnd();
    if (switched) [...this.#nodes.values()].find(({ editing }) => editing)?.node.scrollIntoView({ block: 'nearest' });
  }

  scrollToEnd() {
    this.#atEnd = true;
    this.node.scrollTop = this.node.scrollHeight;
    this.#lastScrollTop = this.node.scrollTop;
  }

  /** Focuses the tab stop: the newest message unless another one has the focus. */
  focus() {
    if (!this.#keys.focus()) this.node.focus();
  }

  edit(ts, restoreFocus) {
    this.#nodes.get(ts)?.edit(restoreFocus);
  }

  #dividerAbove(ts, text) {
    if (!this.#dividers.has(ts)) this.#dividers.set(ts, el('p', { class: 'divider' }, el('span', {})));
    const node = this.#dividers.get(ts);
    setText(node.firstElementChild, text);
    return node;
  }

  /** Keeps open editors, with their errors, until the user comes back to the list. */
  #switchTo(listKey) {
    this.#dividers.clear();
    this.#openEditors.set(this.#listKey, new Map([...this.#nodes].filter(([, { editing }]) => editing)));
    this.#nodes = this.#openEditors.get(listKey) ?? new Map();
    this.#listKey = listKey;
  }

  /** Stays at the end when the size changes. A hidden list loses its scroll position, so it comes back at the end. */
  #resized() {
    if (this.#atEnd || this.node.clientHeight === 0) this.scrollToEnd();
  }

  /** Only scrolling up leaves the end; new or growing content does not. */
  #trackScroll() {
    const { scrollHeight, scrollTop, clientHeight } = this.node;
    if (scrollHeight - scrollTop - clientHeight < END_THRESHOLD_PX) this.#atEnd = true;
    else if (scrollTop < this.#lastScrollTop) this.#atEnd = false;
    this.#lastScrollTop = scrollTop;
  }
}

function isGrouped(message, previous, world) {
  if (!previous || previous.user !== message.user || previous.deleted || message.deleted) return false;
  // Ephemeral messages and broadcast replies have a line of their own in the heading.
  if ([message, previous].some(({ ephemeralTo, broadcast }) => ephemeralTo !== undefined || broadcast)) return false;
  const apart = Number(message.ts) - Number(previous.ts);
  const isRoot = previous.threadTs === undefined && world.outline.repliesTo(previous.ts).length > 0;
  return apart < GROUP_WITHIN_S && !isRoot && isSameDay(Number(message.ts) * 1000, Number(previous.ts) * 1000);
}
