import { el } from '../dom.js';
import { icon } from '../icons.js';
import { anchorPopup } from '../popup.js';
import { emojiMatches, PICKER_CATEGORIES } from './emoji.js';

const COLUMNS = 9;
const STEPS = { ArrowRight: 1, ArrowDown: COLUMNS, ArrowLeft: -1, ArrowUp: -COLUMNS };
const MAX_FOUND = 90;

/** Popup with all emoji, and a search. Shared by messages and composers; `open` says what a choice does. */
export function emojiPicker() {
  let request;
  const search = el('input', {
    type: 'search',
    placeholder: 'Search all emoji',
    'aria-label': 'Search all emoji',
    autocomplete: 'off',
    spellcheck: 'false',
    oninput: () => show(),
  });
  const grid = el('div', { class: 'emoji', role: 'group', 'aria-label': 'Emoji' });
  const node = el(
    'div',
    { class: 'picker', popover: 'auto', role: 'dialog', 'aria-label': 'Emoji', onkeydown: onKey },
    el('label', { class: 'search' }, icon('search'), search),
    grid,
  );
  const reposition = anchorPopup(
    node,
    () => request?.anchor,
    () => (request?.message ? 'end' : 'start'),
  );
  node.addEventListener('toggle', ({ newState }) => newState === 'closed' && onClose());
  /** Made once, when the picker first opens. */
  let everything;

  function show() {
    const query = search.value.trim();
    if (query === '') {
      everything ??= PICKER_CATEGORIES.map(section);
      grid.replaceChildren(...everything);
    } else {
      const emoji = emojiMatches(query, MAX_FOUND);
      grid.replaceChildren(
        emoji.length > 0
          ? section({ title: 'Search results', emoji })
          : el('p', { role: 'status' }, `No emoji is called “${query}”.`),
      );
    }
    grid.scrollTop = 0;
    markMine();
  }

  function section({ title, emoji }) {
    return el('section', {}, el('h3', {}, title), el('div', {}, ...emoji.map(emojiButton)));
  }

  function emojiButton({ name, character }) {
    const attributes = {
      type: 'button',
      tabindex: '-1',
      'aria-label': name.replaceAll('_', ' '),
      title: `:${name}:`,
      'data-name': name,
      onclick: () => choose(name),
    };
    return el('button', attributes, character);
  }

  function markMine() {
    const { mine = [] } = request;
    for (const button of grid.querySelectorAll('[aria-pressed]')) button.removeAttribute('aria-pressed');
    for (const name of mine)
      for (const button of grid.querySelectorAll(`[data-name="${CSS.escape(name)}"]`))
        button.setAttribute('aria-pressed', 'true');
  }

  function onKey(event) {
    const buttons = [...grid.querySelectorAll('button')];
    const at = buttons.indexOf(document.activeElement);
    if (event.key === 'Enter' && at < 0) {
      event.preventDefault();
      buttons[0]?.click();
      return;
    }
    const step = STEPS[event.key];
    // In the search field, left and right move the caret.
    if (!step || buttons.length === 0 || (at < 0 && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    if (at >= 0 && at + step < 0) search.focus();
    else buttons[at < 0 ? 0 : Math.min(at + step, buttons.length - 1)].focus();
  }

  function choose(name) {
    const { onChoose } = request;
    node.hidePopover();
    onChoose(name);
  }

  function setOpen(open) {
    request?.message?.classList.toggle('picking', open);
    if (request?.anchor.matches('button')) request.anchor.setAttribute('aria-expanded', String(open));
  }

  /** Restores the focus, which the browser cannot when the button that opened it is hidden. */
  function onClose() {
    setOpen(false);
    if (document.activeElement === document.body || node.contains(document.activeElement))
      (request.message ?? request.anchor).focus();
  }

  return {
    node,
    /**
     * Opens at `anchor`. `message`, if any, gets the focus afterwards; `mine`: names of the user's own reactions to it.
     */
    open({ anchor, message, mine, onChoose }) {
      setOpen(false);
      request = { anchor, message, mine, onChoose };
      search.value = '';
      setOpen(true);
      if (!node.matches(':popover-open')) node.showPopover();
      show();
      reposition();
      search.focus();
    },
  };
}
