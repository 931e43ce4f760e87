import { avatar } from '../avatar.js';
import { el, say } from '../dom.js';
import { messageBody } from './body.js';
import { broadcastLine } from './broadcast-line.js';
import { editor } from './editor.js';
import { actionButtons, MESSAGE_ACTIONS } from './message-actions.js';
import { reactionChips } from './reactions.js';
import { threadLine } from './thread-line.js';

/** So long after its last change a message of the bot's still counts as being written: edits come every 1.2 s at most. */
const WRITING_MS = 2_000;
const TIME = new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit' });

/** One message on the page. `update` touches only what is not as it was, so focus, selection and edits under way stay. */
export class MessageNode {
  #world;
  #list;
  #message;
  #compact;
  #writingTimer;
  #body;
  #broadcast;
  #edited = el('span', { class: 'edited' });
  #tools = actionButtons({ run: (action, anchor) => this.run(action, anchor), lost: () => this.node.focus() });
  #reactions;
  #line;
  #editor;

  /** `list`: what the list can do for it, see list.js; without `reply` there is no thread line. `fresh`: it came while one was watching. */
  constructor(world, message, list, fresh) {
    this.#world = world;
    this.#list = list;
    const byBot = message.user === world.bot.id;
    const date = new Date(Number(message.ts) * 1000);
    const time = TIME.format(date);
    const name = world.nameOf(message.user);
    this.#body = messageBody(world);
    this.#broadcast = broadcastLine(world, list.reply);
    this.#line = list.reply ? threadLine(world, message.ts, () => list.reply(message.ts)) : undefined;
    this.#reactions = reactionChips(world, {
      toggle: (emoji) => list.toggleReaction(message.ts, emoji),
      lost: () => this.node.focus(),
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
          el('time', { datetime: date.toISOString() }, time),
          ...(message.ephemeralTo === undefined ? [] : [el('span', { class: 'only-you' }, 'Only visible to you')]),
        ),
        this.#broadcast.node,
        this.#body.node,
        this.#edited,
        this.#body.attached,
        this.#reactions,
        ...(this.#line ? [this.#line.node] : []),
      ),
      this.#tools,
    );
    this.update(message, { compact: false, fresh });
  }

  /** `compact`: it follows another one of the same person's. */
  update(message, { compact, fresh = true }) {
    if (compact !== this.#compact) this.node.classList.toggle('compact', compact);
    this.#compact = compact;
    this.#line?.update();
    this.#broadcast.update(message);
    // As long as it is what it was, it is the same object.
    if (message === this.#message) return;
    const ended = this.#message?.live && !message.live;
    this.#message = message;
    say(this.#edited, message.edited && !this.#byBot && !message.deleted ? '(edited)' : '');
    const differs = this.#body.update(message);
    if ((differs && this.#byBot && fresh && message.ephemeralTo === undefined) || ended) this.#mayBeWriting();
    this.#reactions.update(message.reactions);
    this.#tools.update(this.actions);
  }

  /** `back`: what gets the focus afterwards; by default the message. */
  edit(back = () => this.node.focus()) {
    if (this.editing || !this.actions.some(({ name }) => name === 'Edit')) return;
    this.#editor = editor({
      world: this.#world,
      message: this.#message,
      close: () => {
        const here = this.node.isConnected;
        this.#editor.replaceWith(this.#body.node);
        this.#editor = undefined;
        // Not away from where one has gone meanwhile.
        if (here) back();
      },
    });
    this.#body.node.replaceWith(this.#editor);
    this.#editor.begin();
  }

  get editing() {
    return this.#editor !== undefined;
  }

  /** What one may do with it. */
  get actions() {
    const about = { message: this.#message, me: this.#world.me, list: this.#list };
    return MESSAGE_ACTIONS.filter(({ offered }) => offered(about));
  }

  /** Does one of them; `anchor` is where something that opens is put. */
  run(action, anchor) {
    action.run({ shown: this, message: this.#message, list: this.#list, anchor });
  }

  get message() {
    return this.#message;
  }

  get #byBot() {
    return this.#message.user === this.#world.bot.id;
  }

  /** Slack does not say whether an app will edit its message again; that it just did is the sign of it. */
  #mayBeWriting() {
    this.#setWriting(true);
    clearTimeout(this.#writingTimer);
    this.#writingTimer = setTimeout(() => this.#setWriting(Boolean(this.#message.live)), WRITING_MS);
  }

  #setWriting(writing) {
    this.#body.node.classList.toggle('writing', writing);
    this.node.setAttribute('aria-busy', String(writing));
  }
}
