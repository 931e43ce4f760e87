import { avatar } from './avatar.js';
import { el, say } from './dom.js';
import { editor } from './editor.js';
import { markdownNodes } from './markdown.js';
import { mrkdwnNodes } from './mrkdwn.js';
import { threadLine } from './thread-line.js';

/** So long after its last change a message of the bot's still counts as being written: edits come every 1.2 s at most. */
const WRITING_MS = 2_000;

/** One message on the page. `update` touches only what is not as it was, so focus, selection and edits under way stay. */
export class MessageNode {
  #world;
  #actions;
  #message;
  #shown;
  #writingTimer;
  #body = el('div', { class: 'body' });
  #edited = el('span', { class: 'edited' });
  #tools = el('div', { class: 'tools', role: 'group', 'aria-label': 'Message actions' });
  #line;
  #editing;

  /** `actions`: what its buttons do; without `reply` there is no such button. `fresh`: it came while one was watching. */
  constructor(world, message, actions, fresh) {
    this.#world = world;
    this.#actions = actions;
    const byBot = message.user === world.bot.id;
    const date = new Date(Number(message.ts) * 1000);
    const time = date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
    this.#line = actions.reply ? threadLine(world, message.ts, () => actions.reply(message.ts)) : undefined;
    this.node = el(
      'article',
      { class: byBot ? 'message bot' : 'message', 'data-ts': message.ts, 'aria-label': `${world.nameOf(message.user)}, ${time}` },
      avatar(world, message.user),
      el(
        'div',
        { class: 'content' },
        el(
          'header',
          {},
          el('span', { class: 'author' }, world.nameOf(message.user)),
          ...(byBot ? [el('span', { class: 'badge' }, 'APP')] : []),
          el('time', { datetime: date.toISOString() }, time),
        ),
        this.#body,
        this.#edited,
        ...(this.#line ? [this.#line.node] : []),
      ),
      this.#tools,
    );
    this.update(message, { compact: false, fresh });
  }

  /** `compact`: it follows another one of the same person's. */
  update(message, { compact, fresh = true }) {
    this.#message = message;
    this.node.classList.toggle('compact', compact);
    this.#line?.update();
    say(this.#edited, message.edited && !this.#byBot && !message.deleted ? '(edited)' : '');
    const shown = `${message.deleted}|${message.markdown ?? message.text}`;
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#renderBody();
      if (this.#byBot && fresh) this.#mayBeWriting();
    }
    this.#renderTools();
  }

  edit() {
    if (this.#editing || !this.#mine) return;
    this.#editing = editor({
      world: this.#world,
      message: this.#message,
      close: () => {
        this.#editing.replaceWith(this.#body);
        this.#editing = undefined;
        this.#actions.focus();
      },
    });
    this.#body.replaceWith(this.#editing);
    this.#editing.begin();
  }

  get #byBot() {
    return this.#message.user === this.#world.bot.id;
  }

  get #mine() {
    return this.#message.user === this.#world.me && !this.#message.deleted;
  }

  #renderBody() {
    const { text, markdown, deleted } = this.#message;
    this.#body.classList.toggle('deleted', Boolean(deleted));
    if (this.#byBot && !deleted) this.#body.replaceChildren(markdownNodes(markdown ?? text));
    else this.#body.replaceChildren(...mrkdwnNodes(text, (id) => this.#world.nameOf(id), this.#world.me));
  }

  /** Slack does not say whether an app will edit its message again; that it just did is the sign of it. */
  #mayBeWriting() {
    this.#setWriting(true);
    clearTimeout(this.#writingTimer);
    this.#writingTimer = setTimeout(() => this.#setWriting(Boolean(this.#message.live)), WRITING_MS);
  }

  #setWriting(writing) {
    this.#body.classList.toggle('writing', writing);
    this.node.setAttribute('aria-busy', String(writing));
  }

  #renderTools() {
    const offered = [...(this.#actions.reply ? ['Reply in thread'] : []), ...(this.#mine ? ['Edit', 'Delete'] : [])];
    if (offered.join() === [...this.#tools.children].map((button) => button.textContent).join()) return;
    const does = {
      'Reply in thread': () => this.#actions.reply(this.#message.ts),
      Edit: () => this.edit(),
      Delete: () => this.#actions.remove(this.#message.ts),
    };
    this.#tools.replaceChildren(...offered.map((name) => el('button', { type: 'button', onclick: does[name] }, name)));
  }
}
