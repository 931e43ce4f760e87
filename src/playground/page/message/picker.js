import { el } from '../dom.js';
import { anchorPopup } from '../popup.js';
import { emojiOf, PICKER_EMOJI } from './emoji.js';

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Popup with emoji to react with. Shared by all messages; `open` sets the message. */
export function reactionPicker() {
  let request;
  const buttons = PICKER_EMOJI.map((name) =>
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
  const reposition = anchorPopup(node, () => request?.anchor, 'end');
  node.addEventListener('toggle', ({ newState }) => newState === 'closed' && onClose());

  function onKey(event) {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    buttons.at((buttons.indexOf(document.activeElement) + step) % buttons.length).focus();
  }

  function choose(name) {
    const { onChoose } = request;
    node.hidePopover();
    onChoose(name);
  }

  function setOpen(open) {
    request?.message.classList.toggle('picking', open);
    if (request?.anchor.matches('button')) request.anchor.setAttribute('aria-expanded', String(open));
  }

  /** Restores the focus, which the browser cannot when the button that opened it is hidden. */
  function onClose() {
    setOpen(false);
    if (document.activeElement === document.body || node.contains(document.activeElement)) request.message.focus();
  }

  return {
    node,
    /** Opens at `anchor`. `message` gets the focus afterwards; `mine`: names of the user's own reactions to it. */
    open({ anchor, message, mine, onChoose }) {
      setOpen(false);
      request = { anchor, message, onChoose };
      for (const button of buttons) button.setAttribute('aria-pressed', String(mine.includes(button.dataset.name)));
      setOpen(true);
      if (!node.matches(':popover-open')) node.showPopover();
      reposition();
      buttons[0].focus();
    },
  };
}
