import { completion } from '../completion.js';
import { el, say } from '../dom.js';
import { growWithText } from '../grow.js';
import { editThere } from '../server.js';
import { asTyped, withMentions } from './text.js';

const BLANK = 'Write something, or delete the message.';

/** In place of a message's text while its author changes it. `begin()` once it is on the page. */
export function editor({ world, message, close }) {
  const input = el('textarea', { rows: '1', 'aria-label': 'Edit message', onkeydown: onKey });
  const names = completion(world, input);
  const problem = el('p', { class: 'problem', role: 'alert' });
  const save = el('button', { type: 'submit', class: 'primary' }, 'Save');
  const form = el(
    'form',
    { class: 'editor', onsubmit: onSubmit },
    input,
    problem,
    el('div', { class: 'buttons' }, el('button', { type: 'button', onclick: close }, 'Cancel'), save),
    names.node,
  );
  const grow = growWithText(input);
  // After it has grown.
  input.addEventListener('input', onInput);
  const isBlank = () => input.value.trim() === '';
  /** With its buttons: the newest message's editor would reach below the fold. */
  const show = () => form.scrollIntoView({ block: 'nearest' });

  form.begin = () => {
    input.value = asTyped(message.text, world.everybody);
    grow();
    input.focus();
    input.setSelectionRange(input.value.length, input.value.length);
    show();
  };

  function onInput() {
    save.disabled = isBlank();
    complain(isBlank() ? BLANK : '');
  }

  function complain(text) {
    say(problem, text);
    show();
  }

  function onKey(event) {
    if (names.takesKey(event)) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    } else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  }

  async function onSubmit(event) {
    event.preventDefault();
    // Enter comes here although the button is disabled.
    if (isBlank()) return;
    try {
      await editThere({
        user: message.user,
        channel: world.channelId,
        ts: message.ts,
        text: withMentions(input.value, world.everybody),
      });
      close();
    } catch (error) {
      complain(error.message);
    }
  }

  return form;
}
