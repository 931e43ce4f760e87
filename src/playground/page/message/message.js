import { avatar } from '../avatar.js';
import { el, setText } from '../dom.js';
import { icon } from '../icons.js';
import { timeOf } from '../time.js';
import { messageBody } from './body.js';
import { broadcastLine } from './broadcast-line.js';
import { editor } from './editor.js';
import { actionButtons, MESSAGE_ACTIONS } from './message-actions.js';
import { reactionChips } from './reactions.js';
import { threadLine } from './thread-line.js';

/** A bot message counts as being written for this long after its last edit; edits come at least every 1.2 s. */
const WRITING_MS = 2_000;
const FULL = new Intl.DateTimeFormat('en', { dateStyle: 'full' });

/** One message on the page. `update` changes only what differs, which keeps focus, selection and open editors. */
export class MessageNode {
  #world;
  #list;
  #message;
  #compact;
  #writingTimer;
  #body;
  #broadcast;
  #edited = el('span', { class: 'edited' });
  #tools = actionButtons({ run: (action, anchor) => this.run(action, anchor), onFocusLost: () => this.node.focus() });
  #reactions;
  #threadLine;
  #editor;

  /**
   * `list`: actions of the list, see list.js; without `reply` there is no thread line.
   * `fresh`: arrived while the list was shown.
   */
  constructor(world, message, list, fresh) {
    this.#world = world;
    this.#list = list;
    const byBot = message.user === world.bot.id;
    const date = new Date(Number(message.ts) * 1000);
    const time = timeOf(date.getTime());
    const name = world.nameOf(message.user);
    this.#body = messageBody(world, (pressed) => list.press(message.ts, pressed));
    this.#broadcast = broadcastLine(world, list.reply);
    this.#threadLine = list.reply ? threadLine(world, message.ts, () => list.reply(message.ts)) : undefined;
    this.#reactions = reactionChips(world, {
      toggle: (emoji) => list.toggleReaction(message.ts, emoji),
      onFocusLost: () => this.node.focus(),
    });
    this.node = el(
      'article',
      {
        class: byBot ? 'message bot' : 'message',
        'data-ts': message.ts,
        'aria-label': `${name}, ${time}`,
        tabindex: '-1',
      },
      el(
        'div',
        { class: 'gutter', 'aria-hidden': 'true' },
        avatar(world, message.user),
        el('span', { class: 'when' }, time),
      ),
      el(
        'div',
        { class: 'content' },
        el(
          'header',
          {},
          el('span', { class: 'author' }, name),
          ...(byBot ? [el('span', { class: 'badge' }, 'APP')] : []),
          el('time', { datetime: date.toISOString(), title: `${FULL.format(date)} at ${time}` }, time),
          ...(message.ephemeralTo === undefined
            ? []
            : [el('span', { class: 'only-you' }, icon('eye'), 'Only visible to you')]),
        ),
        this.#broadcast.node,
        this.#body.node,
        this.#edited,
        this.#body.attached,
        this.#reactions,
        ...(this.#threadLine ? [this.#threadLine.node] : []),
      ),
      this.#tools,
    );
    this.update(message, { compact: false, fresh });
  }

  /** `compact`: follows a message of the same person, so it has no heading. */
  update(message, { compact, fresh = true }) {
    if (compact !== this.#compact) this.node.classList.toggle('compact', compact);
    this.#compact = compact;
    this.#threadLine?.update();
    this.#broadcast.update(message);
    // Unchanged messages keep their identity, see outline.js.
    if (message === this.#message) return;
    const ended = this.#message?.live && !message.live;
    this.#message = message;
    setText(this.#edited, message.edited && !this.#byBot && !message.deleted ? '(edited)' : '');
    const differs = this.#body.update(message);
    if ((differs && this.#byBot && fresh && message.ephemeralTo === undefined) || ended) this.#markWriting();
    this.#reactions.update(message.reactions);
    this.#tools.update(this.actions);
  }

  /** `restoreFocus()` restores the focus afterwards; default: focuses the message. */
  edit(restoreFocus = () => this.node.focus()) {
    if (this.editing || !this.actions.some(({ name }) => name === 'Edit message')) return;
    this.#editor = editor({
      world: this.#world,
      message: this.#message,
      close: () => {
        const isShown = this.node.isConnected;
        this.#editor.replaceWith(this.#body.node);
        this.#editor = undefined;
        // Leave the focus alone when the user has moved to another channel.
        if (isShown) restoreFocus();
      },
    });
    this.#body.node.replaceWith(this.#editor);
    this.#editor.begin();
  }

  get editing() {
    return this.#editor !== undefined;
  }

  /** Available actions. */
  get actions() {
    const about = { message: this.#message, me: this.#world.me, list: this.#list };
    return MESSAGE_ACTIONS.filter(({ isAvailable }) => isAvailable(about));
  }

  /** Performs an action; `anchor`: element that a popup is attached to. */
  run(action, anchor) {
    action.run({ messageNode: this, message: this.#message, list: this.#list, anchor });
  }

  get message() {
    return this.#message;
  }

  get #byBot() {
    return this.#message.user === this.#world.bot.id;
  }

  /** Slack does not tell whether an app will edit its message again, so a recent edit counts as still writing. */
  #markWriting() {
    this.#setWriting(true);
    clearTimeout(this.#writingTimer);
    this.#writingTimer = setTimeout(() => this.#setWriting(Boolean(this.#message.live)), WRITING_MS);
  }

  #setWriting(writing) {
    this.#body.node.classList.toggle('writing', writing);
    this.node.setAttribute('aria-busy', String(writing));
  }
}
