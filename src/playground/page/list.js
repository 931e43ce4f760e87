import { arrange, el } from './dom.js';
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
  #column = el('div', { class: 'column' });
  #shows;
  #atEnd = true;
  /** The one that `#atEnd` is about. */
  #size;

  /** `intro`: what stands above the first message. */
  constructor(world, label, actions, intro) {
    this.#world = world;
    this.#actions = actions;
    this.intro = intro;
    this.node = el('div', { class: 'list', role: 'log', 'aria-live': 'polite', 'aria-relevant': 'additions', 'aria-label': label, tabindex: '0' });
    if (intro) this.node.append(intro);
    this.node.append(this.#column);
    this.node.addEventListener('scroll', () => this.#lookAtEnd());
    new ResizeObserver(() => this.#resized()).observe(this.node);
  }

  /** `shows` names what the messages are of: another name begins the column anew. */
  render(shows, messages) {
    const other = shows !== this.#shows;
    this.#lookAtEnd();
    const follow = other || this.#atEnd;
    if (other) this.#nodes.clear();
    this.#shows = shows;

    const nodes = messages.map((message, at) => {
      const compact = follows(message, messages[at - 1], this.#world);
      const known = this.#nodes.get(message.ts);
      const shown = known ?? new MessageNode(this.#world, message, this.#actions, !other);
      this.#nodes.set(message.ts, shown);
      shown.update(message, { compact, fresh: !other });
      return shown.node;
    });
    arrange(this.#column, nodes);
    if (follow) this.toEnd();
  }

  toEnd() {
    this.#atEnd = true;
    this.node.scrollTop = this.node.scrollHeight;
  }

  /** In another size the text breaks elsewhere, and the end moves away from whoever was reading there. */
  #resized() {
    const hidden = this.node.clientHeight === 0;
    // Hidden, it forgets where it was: it comes back at its end.
    if (this.#atEnd || hidden) this.toEnd();
    this.#size = sizeOf(this.node);
  }

  /** Nobody scrolled when the size has just changed: where one was before is what counts. */
  #lookAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.node;
    if (sizeOf(this.node) === this.#size) this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  edit(ts) {
    this.#nodes.get(ts)?.edit();
  }
}

function sizeOf({ clientWidth, clientHeight }) {
  return `${clientWidth}x${clientHeight}`;
}

function follows(message, previous, world) {
  if (!previous || previous.user !== message.user || previous.deleted || message.deleted) return false;
  const apart = Number(message.ts) - Number(previous.ts);
  const isRoot = previous.threadTs === undefined && world.repliesTo(previous.ts).length > 0;
  return apart < TOGETHER_S && !isRoot;
}
