import { el } from '../dom.js';
import { emojiOf, QUICK } from './emoji.js';
import { keepAt } from '../popup.js';

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** The few emoji to react with, over the page. One for all messages: `open` says which one is meant. */
export function reactionPicker() {
  let asked;
  const buttons = QUICK.map((name) =>
    el(
      'button',
      {
        type: 'button',
        'aria-label': name.replaceAll('_', ' '),
        title: `:${name}:`,
        'data-name': name,
        onclick: () => choose(name),
      },
      emojiOf(name),
    ),
  );
  const node = el(
    'div',
    { class: 'picker', popover: 'auto', role: 'dialog', 'aria-label': 'React with', onkeydown: onKey },
    ...buttons,
  );
  const place = keepAt(node, () => asked?.anchor, 'end');
  node.addEventListener('toggle', ({ newState }) => newState === 'closed' && closed());

  function onKey(event) {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    buttons.at((buttons.indexOf(document.activeElement) + step) % buttons.length).focus();
  }

  function choose(name) {
    const { chosen } = asked;
    node.hidePopover();
    chosen(name);
  }

  function mark(open) {
    asked?.message.classList.toggle('picking', open);
    if (asked?.anchor.matches('button')) asked.anchor.setAttribute('aria-expanded', String(open));
  }

  /** The button that opened it may be hidden by now, so the browser does not find back on its own. */
  function closed() {
    mark(false);
    if (document.activeElement === document.body || node.contains(document.activeElement)) asked.message.focus();
  }

  return {
    node,
    /** At `anchor`, for `message`, which has the focus afterwards; `mine`: the names one reacted with already. */
    open({ anchor, message, mine, chosen }) {
      mark(false);
      asked = { anchor, message, chosen };
      for (const button of buttons) button.setAttribute('aria-pressed', String(mine.includes(button.dataset.name)));
      mark(true);
      if (!node.matches(':popover-open')) node.showPopover();
      place();
      buttons[0].focus();
    },
  };
}
