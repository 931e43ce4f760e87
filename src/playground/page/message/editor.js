import { completion } from '../completion.js';
import { el, setText } from '../dom.js';
import { growWithText } from '../grow.js';
import { editMessage } from '../server.js';
import { asTyped, withMentions } from './text.js';

const BLANK = 'Write something, or delete the message.';

/** Form that replaces a message's text while it is edited. Call `begin()` once it is in the document. */
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
  // Registered after `grow`, so that it runs when the textarea has its new height.
  input.addEventListener('input', onInput);
  const isBlank = () => input.value.trim() === '';
  /** Scrolls the whole form into view, including its buttons. */
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
    showError(isBlank() ? BLANK : '');
  }

  function showError(text) {
    setText(problem, text);
    show();
  }

  function onKey(event) {
    if (names.handleKey(event)) return;
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
    // Enter submits even though the button is disabled.
    if (isBlank()) return;
    try {
      await editMessage({
        user: message.user,
        channel: world.channelId,
        ts: message.ts,
        text: withMentions(input.value, world.everybody, world.namedChannels),
      });
      close();
    } catch (error) {
      showError(error.message);
    }
  }

  return form;
}
