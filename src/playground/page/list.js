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

  /** `intro`: what stands above the first message. */
  constructor(world, label, actions, intro) {
    this.#world = world;
    this.#actions = actions;
    this.intro = intro;
    this.node = el('div', { class: 'list', role: 'log', 'aria-live': 'polite', 'aria-relevant': 'additions', 'aria-label': label, tabindex: '0' });
    if (intro) this.node.append(intro);
    this.node.append(this.#column);
  }

  /** `shows` names what the messages are of: another name begins the column anew. */
  render(shows, messages) {
    const other = shows !== this.#shows;
    const follow = other || this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < NEAR_PX;
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
    this.node.scrollTop = this.node.scrollHeight;
  }

  edit(ts) {
    this.#nodes.get(ts)?.edit();
  }
}

function follows(message, previous, world) {
  if (!previous || previous.user !== message.user || previous.deleted || message.deleted) return false;
  const apart = Number(message.ts) - Number(previous.ts);
  const isRoot = previous.threadTs === undefined && world.repliesTo(previous.ts).length > 0;
  return apart < TOGETHER_S && !isRoot;
}
