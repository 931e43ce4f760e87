import { completion } from './completion.js';
import { el, say } from './dom.js';
import { growWithText } from './grow.js';
import { sayThere } from './server.js';
import { withMentions } from './message/text.js';

/** Where one writes. What was not sent is kept for each place apart. */
export class Composer {
  #world;
  #drafts = new Map();
  #place;
  #said;
  #editLast;
  #grow;
  #completion;
  #send = el('button', { type: 'submit', class: 'primary', disabled: true }, 'Send');
  #mentionBot = el('button', { type: 'button', class: 'mention-bot', title: 'Mention the bot', onclick: () => this.#mention() });
  #problem = el('p', { class: 'problem', role: 'alert' });

  /** `said` is called with the `ts` and the text sent; `editLast` when one wants to change what one said last. */
  constructor(world, { said, editLast }) {
    this.#world = world;
    this.#said = said;
    this.#editLast = editLast;
    this.input = el('textarea', { rows: '1', onkeydown: (event) => this.#onKey(event), oninput: () => this.#changed() });
    this.#grow = growWithText(this.input);
    this.#completion = completion(world, this.input);
    const hint = el('span', { class: 'hint' }, 'Enter sends, Shift+Enter begins a new line');
    // What else can be put into a message gets its button here.
    const bar = el('div', { class: 'bar' }, this.#mentionBot, hint, this.#send);
    this.node = el(
      'form',
      { class: 'composer', onsubmit: (event) => void this.#submit(event) },
      this.#problem,
      el('div', { class: 'box' }, this.input, bar),
      this.#completion.node,
    );
  }

  /** `place`: `{ channel, threadTs?, label }`, where the next message goes. */
  render(place) {
    const key = keyOf(place);
    if (this.#place && keyOf(this.#place) !== key) this.#drafts.set(keyOf(this.#place), this.input.value);
    const moved = !this.#place || keyOf(this.#place) !== key;
    this.#place = place;
    // In a DM everything is meant for the bot.
    this.#mentionBot.hidden = this.#world.channel.kind === 'im';
    say(this.#mentionBot, `@${this.#world.bot.name}`);
    this.input.setAttribute('placeholder', place.label);
    this.input.setAttribute('aria-label', place.label);
    if (moved) this.fill(this.#drafts.get(key) ?? '');
  }

  /** Puts a text there, to be sent or changed. */
  fill(text) {
    this.input.value = text;
    this.#changed();
    this.#grow();
  }

  focus() {
    this.input.focus();
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }

  /** Says why something was refused, until one writes again. */
  complain(text) {
    say(this.#problem, text);
  }

  #changed() {
    this.#send.disabled = this.input.value.trim() === '';
    say(this.#problem, '');
  }

  #mention() {
    const { value } = this.input;
    this.fill(`${value}${value === '' || value.endsWith(' ') ? '' : ' '}@${this.#world.bot.name} `);
    this.focus();
  }

  #onKey(event) {
    if (this.#completion.takesKey(event)) return;
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
    const { channel, threadTs } = this.#place;
    const typed = this.input.value;
    if (typed.trim() === '') return;
    const text = withMentions(typed, this.#world.everybody);
    this.fill('');
    try {
      const { ts } = await sayThere({ user: this.#world.me, channel, text, ...(threadTs && { threadTs }) });
      this.#said(ts, text);
    } catch (error) {
      // What was written meanwhile stays behind it.
      this.fill(typed + this.input.value);
      this.complain(error.message);
    }
  }
}

function keyOf({ channel, threadTs }) {
  return `${channel}:${threadTs ?? ''}`;
}
