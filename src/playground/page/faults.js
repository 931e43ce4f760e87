import { el } from './dom.js';
import { icon } from './icons.js';
import { clock } from './inspector/format.js';
import { injectFault } from './server.js';

/** Kind, name and icon. */
const FAULTS = [
  ['redeliver', 'Deliver the last event again', 'copy-plus'],
  ['drop-socket', 'Break the socket', 'unplug'],
  ['rate-limit', 'Rate-limit Slack calls (429)', 'gauge'],
  ['break-model', 'Break the next answer halfway', 'scissors'],
  ['kill', 'Kill and restart the bot', 'skull'],
];

/** Sidebar section with buttons that inject faults. */
export function faultPanel(world) {
  const forgetsNote = el(
    'p',
    { class: 'note', id: 'kill-forgets', hidden: true },
    'Without Redis, usage and limits restart at zero.',
  );
  const results = el('div', { class: 'said', role: 'status' });
  const buttons = FAULTS.map(([kind, name, picture]) => {
    const describedBy = kind === 'kill' ? forgetsNote.id : undefined;
    const button = el(
      'button',
      { type: 'button', 'aria-describedby': describedBy, onclick: () => void inject(kind, button) },
      icon(picture),
      name,
    );
    return button;
  });
  const node = el(
    'details',
    { class: 'faults' },
    el('summary', {}, icon('zap'), el('h2', {}, 'Break things'), icon('chevron-down')),
    ...buttons,
    forgetsNote,
    results,
  );

  async function inject(kind, button) {
    button.disabled = true;
    try {
      showResult((await injectFault(kind)).said);
    } catch (error) {
      showResult(error.message, 'problem');
    } finally {
      // Disabling the button dropped its focus. Restore it, unless the user has focused something else.
      button.disabled = false;
      if (document.activeElement === document.body) button.focus();
    }
  }

  function showResult(sentence, className = '') {
    results.replaceChildren(el('p', { class: className }, el('time', {}, clock(Date.now())), ' ', sentence));
    results.scrollIntoView({ block: 'nearest' });
  }

  node.render = () => {
    forgetsNote.hidden = world.storage !== 'memory';
  };
  return node;
}
