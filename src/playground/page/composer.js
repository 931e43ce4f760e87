import { completion } from './completion.js';
import { el, say } from './dom.js';
import { growWithText } from './grow.js';
import { sayThere } from './server.js';
import { withMentions } from './message/text.js';

/** Where one writes. What was not sent, and why it was refused, is kept for each place apart. */
export class Composer {
  #world;
  #drafts = new Map();
  #problems = new Map();
  #place;
  #said;
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

  /** `said` is called with the `ts` and the text sent, unless one is elsewhere by then; `editLast` when one wants to change what one said last. */
  constructor(world, { said, editLast }) {
    this.#world = world;
    this.#said = said;
    this.#editLast = editLast;
    this.input = el('textarea', {
      rows: '1',
      onkeydown: (event) => this.#onKey(event),
      oninput: () => this.#changed(),
    });
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

  /** `place`: `{ channel, threadTs?, label }`, where the next message goes; undefined while its pane is closed. */
  render(place) {
    const before = this.place;
    this.#place = place;
    const moved = before !== this.place;
    if (moved && before !== undefined) this.#drafts.set(before, this.input.value);
    if (!place) return;
    // In a DM everything is meant for the bot.
    this.#mentionBot.hidden = this.#world.channel.kind === 'im';
    say(this.#mentionBot, `@${this.#world.bot.name}`);
    this.input.setAttribute('placeholder', place.label);
    this.input.setAttribute('aria-label', place.label);
    if (moved) this.#show(this.#drafts.get(this.place) ?? '');
  }

  /** Names where the next message goes; undefined when that is nowhere. */
  get place() {
    return this.#place && `${this.#place.channel}:${this.#place.threadTs ?? ''}`;
  }

  /** Puts a text there, to be sent or changed. */
  fill(text) {
    this.#problems.delete(this.place);
    this.#show(text);
  }

  focus() {
    this.input.focus();
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }

  /** Says why something was refused, in the place where it was tried and until one writes there again. */
  complain(text, place = this.place) {
    this.#problems.set(place, text);
    if (place === this.place) say(this.#problem, text);
  }

  #show(text) {
    this.input.value = text;
    this.#grow();
    this.#look();
  }

  #changed() {
    this.#problems.delete(this.place);
    this.#look();
  }

  #look() {
    this.#send.disabled = this.input.value.trim() === '';
    say(this.#problem, this.#problems.get(this.place) ?? '');
  }

  /** What was written meanwhile stays behind it. */
  #giveBack(text, place) {
    if (place === this.place) this.fill(text + this.input.value);
    else this.#drafts.set(place, text + (this.#drafts.get(place) ?? ''));
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
    const { place } = this;
    const { channel, threadTs } = this.#place;
    const typed = this.input.value;
    if (typed.trim() === '') return;
    const text = withMentions(typed, this.#world.everybody);
    this.fill('');
    try {
      const { ts } = await sayThere({ user: this.#world.me, channel, text, ...(threadTs && { threadTs }) });
      if (place === this.place) this.#said(ts, text);
    } catch (error) {
      this.#giveBack(typed, place);
      this.complain(error.message, place);
    }
  }
}
