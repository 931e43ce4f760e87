import { el } from './dom.js';
import { growWithText } from './grow.js';
import { editThere } from './server.js';
import { asTyped, withMentions } from './text.js';

/** In place of a message's text while its author changes it. `begin()` once it is on the page. */
export function editor({ world, message, close }) {
  const input = el('textarea', { rows: '1', 'aria-label': 'Edit message', onkeydown: onKey });
  const problem = el('p', { class: 'problem', role: 'alert' });
  const form = el(
    'form',
    { class: 'editor', onsubmit: onSubmit },
    input,
    problem,
    el(
      'div',
      { class: 'buttons' },
      el('button', { type: 'button', onclick: close }, 'Cancel'),
      el('button', { type: 'submit', class: 'primary' }, 'Save'),
    ),
  );
  const grow = growWithText(input);

  form.begin = () => {
    input.value = asTyped(message.text, world.everybody);
    grow();
    input.focus();
    input.setSelectionRange(input.value.length, input.value.length);
  };

  function onKey(event) {
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
    try {
      await editThere({ user: message.user, channel: world.channelId, ts: message.ts, text: withMentions(input.value, world.everybody) });
      close();
    } catch (error) {
      problem.textContent = error.message;
    }
  }

  return form;
}
