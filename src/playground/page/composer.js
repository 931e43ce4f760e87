import { Attaching } from './attaching.js';
import { completion } from './completion.js';
import { el, setText } from './dom.js';
import { Drafts } from './drafts.js';
import { formatBar } from './format-bar.js';
import { growWithText } from './grow.js';
import { icon } from './icons.js';
import { withMentions } from './message/text.js';
import { sendMessage } from './server.js';
import { nextItem, replaceText } from './typing.js';

/** The message composer. Keeps a draft and an error per channel and thread. */
export class Composer {
  #world;
  #drafts = new Drafts();
  #problems = new Map();
  #target;
  #onSent;
  #editLast;
  #grow;
  #format;
  #completion;
  #attaching;
  #send = el(
    'button',
    { type: 'submit', class: 'send', disabled: true, 'aria-label': 'Send now', title: 'Send now' },
    icon('send-horizontal'),
  );
  #hint = el('span', { class: 'hint' });
  #problem = el('p', { class: 'problem', role: 'alert' });

  /**
   * `onSent(ts, text)` is called after sending, unless the user has moved to another channel or thread; `editLast()`
   * when the user wants to edit their last message. `pickEmoji(anchor, onChoose)` opens the emoji picker.
   */
  constructor(world, { onSent, editLast, pickEmoji }) {
    this.#world = world;
    this.#onSent = onSent;
    this.#editLast = editLast;
    this.input = el('textarea', {
      rows: '1',
      onkeydown: (event) => this.#onKey(event),
      oninput: () => this.#onInput(),
    });
    this.#grow = growWithText(this.input);
    this.#format = formatBar(this.input);
    this.#completion = completion(world, this.input);
    const emoji = tool('smile', 'Emoji', {
      'aria-haspopup': 'dialog',
      'aria-expanded': 'false',
      onclick: () => pickEmoji(emoji, (name) => this.#insert(`:${name}: `)),
    });
    const mention = tool('at-sign', 'Mention someone', { onclick: () => this.#mention() });
    const box = el('div', { class: 'box' });
    this.#attaching = new Attaching(box, {
      onChange: () => this.#onInput(),
      onProblem: (text) => this.showError(text),
    });
    // Buttons for more kinds of content go here.
    const bar = el('div', { class: 'bar' }, this.#attaching.button, emoji, mention, this.#hint, this.#send);
    box.append(this.#format.node, this.input, this.#attaching.node, bar);
    this.node = el(
      'form',
      { class: 'composer', onsubmit: (event) => void this.#submit(event) },
      this.#problem,
      box,
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
    const { value } = this.input;
    this.#send.disabled = value.trim() === '' && this.#attaching.count === 0;
    const inList = nextItem(value, value.length);
    setText(this.#hint, value === '' ? '' : inList ? 'Enter: next item' : 'Shift + Enter: new line');
    setText(this.#problem, this.#problems.get(this.targetKey) ?? '');
  }

  /** Puts an unsent text back, before anything typed since. */
  #restoreDraft(text, key) {
    if (key === this.targetKey) this.fill(text + this.input.value);
    else this.#drafts.set(key, text + this.#drafts.get(key));
  }

  /** At the caret. */
  #insert(text) {
    const { selectionStart: from, selectionEnd: to } = this.input;
    replaceText(this.input, { from, to, text });
  }

  #mention() {
    const before = this.input.value.slice(0, this.input.selectionStart);
    this.#insert(before === '' || /\s$/.test(before) ? '@' : ' @');
    this.#completion.update();
  }

  #onKey(event) {
    if (this.#completion.handleKey(event) || this.#format.handleKey(event)) return;
    const { value, selectionStart: from, selectionEnd: to } = this.input;
    if (event.key === 'Enter' && !event.isComposing) {
      const item = from === to && !event.ctrlKey && !event.metaKey ? nextItem(value, from) : undefined;
      if (item === undefined && event.shiftKey) return;
      event.preventDefault();
      if (item) replaceText(this.input, item);
      else this.node.requestSubmit();
    } else if (event.key === 'ArrowUp' && !event.altKey && value === '') {
      event.preventDefault();
      this.#editLast();
    }
  }

  async #submit(event) {
    event.preventDefault();
    const typed = this.input.value;
    if (typed.trim() === '' && this.#attaching.count === 0) return;
    this.fill('');
    await this.send(typed, this.#attaching.takeAll());
  }

  /** Sends a text that the user typed or chose, with files. If that fails, both are put into the composer. */
  async send(typed, chosen = []) {
    const { targetKey } = this;
    const { channel, threadTs } = this.#target;
    const text = withMentions(typed, this.#world.everybody, this.#world.namedChannels);
    try {
      const files = await this.#attaching.upload(chosen);
      const more = { ...(threadTs && { threadTs }), ...(files.length > 0 && { files }) };
      const { ts } = await sendMessage({ user: this.#world.me, channel, text, ...more });
      // A slash command leaves no message.
      if (ts !== undefined && targetKey === this.targetKey) this.#onSent(ts, text);
    } catch (error) {
      this.#attaching.restore(chosen);
      this.#restoreDraft(typed, targetKey);
      this.showError(error.message, targetKey);
    }
  }
}

function tool(iconName, label, more) {
  return el('button', { type: 'button', class: 'tool', title: label, 'aria-label': label, ...more }, icon(iconName));
}
