import { completion } from './completion.js';
import { el, setText } from './dom.js';
import { Drafts } from './drafts.js';
import { growWithText } from './grow.js';
import { withMentions } from './message/text.js';
import { sendMessage } from './server.js';

/** The message composer. Keeps a draft and an error per channel and thread. */
export class Composer {
  #world;
  #drafts = new Drafts();
  #problems = new Map();
  #target;
  #onSent;
  #editLast;
  #grow;
  #completion;
  #send = el('button', { type: 'submit', class: 'primary', disabled: true }, 'Send');
  #mentionBot = el('button', {
    type: 'button',
    class: 'mention-bot',
    title: 'Mention the bot',
    onclick: () => this.#mention(),
  });
  #problem = el('p', { class: 'problem', role: 'alert' });

  /**
   * `onSent(ts, text)` is called after sending, unless the user has moved to another channel or thread; `editLast()`
   * when the user wants to edit their last message.
   */
  constructor(world, { onSent, editLast }) {
    this.#world = world;
    this.#onSent = onSent;
    this.#editLast = editLast;
    this.input = el('textarea', {
      rows: '1',
      onkeydown: (event) => this.#onKey(event),
      oninput: () => this.#onInput(),
    });
    this.#grow = growWithText(this.input);
    this.#completion = completion(world, this.input);
    const hint = el('span', { class: 'hint' }, 'Enter sends, Shift+Enter begins a new line');
    // Buttons for more kinds of content go here.
    const bar = el('div', { class: 'bar' }, this.#mentionBot, hint, this.#send);
    this.node = el(
      'form',
      { class: 'composer', onsubmit: (event) => void this.#submit(event) },
      this.#problem,
      el('div', { class: 'box' }, this.input, bar),
      this.#completion.node,
    );
  }

  /** `target`: `{ channel, threadTs?, label }`, where the next message goes; undefined while the pane is closed. */
  render(target) {
    const before = this.targetKey;
    this.#target = target;
    const moved = before !== this.targetKey;
    if (moved && before !== undefined) this.#drafts.set(before, this.input.value);
    if (!target) return;
    // In a DM the bot answers without a mention.
    this.#mentionBot.hidden = this.#world.channel.kind === 'im';
    setText(this.#mentionBot, `@${this.#world.bot.name}`);
    this.input.setAttribute('placeholder', target.label);
    this.input.setAttribute('aria-label', target.label);
    if (moved) this.#setValue(this.#drafts.get(this.targetKey));
  }

  /** Key of the target for drafts and errors; undefined while the pane is closed. */
  get targetKey() {
    return this.#target && `${this.#target.channel}:${this.#target.threadTs ?? ''}`;
  }

  /** Replaces the text; the user can edit it before sending. */
  fill(text) {
    this.#problems.delete(this.targetKey);
    this.#setValue(text);
  }

  focus() {
    this.input.focus();
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }

  /** Shows an error in the target it belongs to, until the user types there. */
  showError(text, key = this.targetKey) {
    this.#problems.set(key, text);
    if (key === this.targetKey) setText(this.#problem, text);
  }

  #setValue(text) {
    this.input.value = text;
    this.#grow();
    this.#refresh();
  }

  #onInput() {
    this.#problems.delete(this.targetKey);
    this.#refresh();
  }

  #refresh() {
    if (this.#target) this.#drafts.set(this.targetKey, this.input.value);
    this.#send.disabled = this.input.value.trim() === '';
    setText(this.#problem, this.#problems.get(this.targetKey) ?? '');
  }

  /** Puts an unsent text back, before anything typed since. */
  #restoreDraft(text, key) {
    if (key === this.targetKey) this.fill(text + this.input.value);
    else this.#drafts.set(key, text + this.#drafts.get(key));
  }

  #mention() {
    const { value } = this.input;
    this.fill(`${value}${value === '' || value.endsWith(' ') ? '' : ' '}@${this.#world.bot.name} `);
    this.focus();
  }

  #onKey(event) {
    if (this.#completion.handleKey(event)) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.node.requestSubmit();
    } else if (event.key === 'ArrowUp' && !event.altKey && this.input.value === '') {
      event.preventDefault();
      this.#editLast();
    }
  }

  async #submit(event) {
    event.preventDefault();
    const typed = this.input.value;
    if (typed.trim() === '') return;
    this.fill('');
    await this.send(typed);
  }

  /** Sends a text that the user typed or chose. If that fails, the text is put into the composer. */
  async send(typed) {
    const { targetKey } = this;
    const { channel, threadTs } = this.#target;
    const text = withMentions(typed, this.#world.everybody);
    try {
      const { ts } = await sendMessage({ user: this.#world.me, channel, text, ...(threadTs && { threadTs }) });
      // A slash command leaves no message.
      if (ts !== undefined && targetKey === this.targetKey) this.#onSent(ts, text);
    } catch (error) {
      this.#restoreDraft(typed, targetKey);
      this.showError(error.message, targetKey);
    }
  }
}
