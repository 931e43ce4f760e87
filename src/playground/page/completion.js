import { avatar } from './avatar.js';
import { completionsAt } from './completions.js';
import { el } from './dom.js';
import { anchorPopup } from './popup.js';

const STEPS = { ArrowDown: 1, ArrowUp: -1 };
let instances = 0;

/**
 * Completes `@gr`, `#gen`, `:tad` and `/sk` in a textarea from a popup list. The textarea is a combobox only while the list is
 * open. https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 * Returns the list's node and `handleKey(event)`: call it first on keydown; true when the key was handled.
 */
export function completion(world, input) {
  const id = `completion-${(instances += 1)}`;
  const node = el('ul', { class: 'completion', id, popover: 'manual', role: 'listbox' });
  const reposition = anchorPopup(node, () => input);
  /** What is being completed, see `completionsAt`; undefined while nothing is. */
  let current;
  let active = 0;

  function update() {
    current =
      input.selectionStart === input.selectionEnd ? completionsAt(input.value, input.selectionStart, world) : undefined;
    if (current) show();
    else close();
  }

  function show() {
    node.setAttribute('aria-label', current.label);
    node.replaceChildren(...current.options.map(optionOf));
    if (!isOpen()) {
      node.showPopover();
      input.setAttribute('role', 'combobox');
      input.setAttribute('aria-autocomplete', 'list');
      input.setAttribute('aria-expanded', 'true');
      input.setAttribute('aria-controls', id);
    }
    activate(0);
    reposition();
  }

  function optionOf({ title, detail, userId, sign }, at) {
    return el(
      'li',
      // Clicking must not move the focus out of the field.
      {
        role: 'option',
        id: `${id}-${at}`,
        onpointerdown: (event) => event.preventDefault(),
        onclick: () => choose(at),
      },
      userId === undefined ? el('span', { class: 'sign', 'aria-hidden': 'true' }, sign) : avatar(world, userId),
      el('span', { class: 'title' }, title),
      ...(userId === world.bot.id ? [el('span', { class: 'badge' }, 'APP')] : []),
      ...(detail === undefined ? [] : [el('span', { class: 'name' }, detail)]),
    );
  }

  function activate(at) {
    active = at;
    for (const option of node.children) option.setAttribute('aria-selected', String(option === node.children[at]));
    input.setAttribute('aria-activedescendant', node.children[at].id);
    node.children[at].scrollIntoView({ block: 'nearest' });
  }

  function choose(at) {
    const caret = input.selectionStart;
    const rest = input.value.slice(caret);
    input.setRangeText(`${current.options[at].insert}${rest.startsWith(' ') ? '' : ' '}`, current.from, caret, 'end');
    close();
    input.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }

  function close() {
    if (!isOpen()) return;
    node.hidePopover();
    for (const name of ['role', 'aria-autocomplete', 'aria-expanded', 'aria-controls', 'aria-activedescendant'])
      input.removeAttribute(name);
  }

  function isOpen() {
    return node.matches(':popover-open');
  }

  input.addEventListener('input', update);
  input.addEventListener('blur', close);
  input.addEventListener('click', () => isOpen() && update());

  return {
    node,
    /** Shows what fits at the caret, after the text was changed by a script. */
    update,
    handleKey(event) {
      if (!isOpen() || event.isComposing) return false;
      const count = node.children.length;
      if (STEPS[event.key]) activate((active + STEPS[event.key] + count) % count);
      else if ((event.key === 'Enter' && !event.shiftKey) || (event.key === 'Tab' && !event.shiftKey)) choose(active);
      else if (event.key === 'Escape') close();
      else {
        // These move the caret out of the word.
        if (['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) close();
        return false;
      }
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
  };
}
