import { avatar } from './avatar.js';
import { el } from './dom.js';
import { keepAt } from './popup.js';
import { mentionable, mentionBegun } from './message/text.js';

const STEPS = { ArrowDown: 1, ArrowUp: -1 };
let made = 0;

/**
 * Completes `@gr` in a text field from a list beside it. While the list is open the field is a combobox; else it stays
 * the plain field of several lines that it is. https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 * Returns the list's node and `takesKey(event)`, which is asked before the field does anything with a key.
 */
export function completion(world, input) {
  const id = `people-${(made += 1)}`;
  const node = el('ul', {
    class: 'completion',
    id,
    popover: 'manual',
    role: 'listbox',
    'aria-label': 'People to mention',
  });
  const place = keepAt(node, () => input);
  let begun;
  let active = 0;

  function look() {
    begun = input.selectionStart === input.selectionEnd ? mentionBegun(input.value, input.selectionStart) : undefined;
    const found = begun ? mentionable(begun.query, world.everybody) : [];
    if (found.length === 0) close();
    else show(found);
  }

  function show(found) {
    node.replaceChildren(...found.map(optionOf));
    if (!isOpen()) {
      node.showPopover();
      input.setAttribute('role', 'combobox');
      input.setAttribute('aria-autocomplete', 'list');
      input.setAttribute('aria-expanded', 'true');
      input.setAttribute('aria-controls', id);
    }
    activate(0);
    place();
  }

  function optionOf(person, at) {
    return el(
      'li',
      // Pressing it must not take the focus out of the field.
      {
        role: 'option',
        id: `${id}-${at}`,
        'data-name': person.name,
        onpointerdown: (event) => event.preventDefault(),
        onclick: () => choose(at),
      },
      avatar(world, person.id),
      person.displayName,
      el('span', { class: 'name' }, `@${person.name}`),
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
    input.setRangeText(
      `@${node.children[at].dataset.name}${rest.startsWith(' ') ? '' : ' '}`,
      begun.from,
      caret,
      'end',
    );
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

  input.addEventListener('input', look);
  input.addEventListener('blur', close);
  input.addEventListener('click', () => isOpen() && look());

  return {
    node,
    takesKey(event) {
      if (!isOpen() || event.isComposing) return false;
      const count = node.children.length;
      if (STEPS[event.key]) activate((active + STEPS[event.key] + count) % count);
      else if ((event.key === 'Enter' && !event.shiftKey) || (event.key === 'Tab' && !event.shiftKey)) choose(active);
      else if (event.key === 'Escape') close();
      else {
        // The caret leaves the name.
        if (['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) close();
        return false;
      }
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
  };
}
