import { el } from './dom.js';
import { clock } from './inspector/format.js';
import { faultThere } from './server.js';

/** The last few sentences are enough to read what just happened. */
const KEPT = 3;

const FAULTS = [
  ['redeliver', 'Deliver the last event again'],
  ['drop-socket', 'Break the socket'],
  ['rate-limit', 'Answer 429'],
  ['break-model', 'Break the next answer half-way'],
  ['kill', 'Kill and restart the bot'],
];

/** Makes something fail, to see that the bot stands it: a section of the sidebar. */
export function faultPanel(world) {
  const forgets = el(
    'p',
    { class: 'note', id: 'kill-forgets', hidden: true },
    'Without REDIS_URL it forgets everything.',
  );
  const said = el('div', { class: 'said', role: 'status' });
  const buttons = FAULTS.map(([kind, name]) => {
    const describedBy = kind === 'kill' ? forgets.id : undefined;
    const button = el(
      'button',
      { type: 'button', 'aria-describedby': describedBy, onclick: () => void fail(kind, button) },
      name,
    );
    return button;
  });
  const node = el(
    'details',
    { class: 'faults' },
    el('summary', {}, el('h2', {}, 'Make something fail')),
    ...buttons,
    forgets,
    said,
  );

  async function fail(kind, button) {
    button.disabled = true;
    try {
      tell((await faultThere(kind)).said);
    } catch (error) {
      tell(error.message, 'problem');
    } finally {
      // A button that is switched off loses the focus; whoever has gone on meanwhile keeps it.
      button.disabled = false;
      if (document.activeElement === document.body) button.focus();
    }
  }

  function tell(sentence, className = '') {
    said.prepend(el('p', { class: className }, el('time', {}, clock(Date.now())), ' ', sentence));
    while (said.children.length > KEPT) said.lastElementChild.remove();
  }

  node.render = () => {
    forgets.hidden = world.storage !== 'memory';
  };
  return node;
}
