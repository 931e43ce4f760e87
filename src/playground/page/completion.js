import { avatar } from './avatar.js';
import { el } from './dom.js';
import { mentionMatches, mentionAtCaret } from './message/text.js';
import { anchorPopup } from './popup.js';

const STEPS = { ArrowDown: 1, ArrowUp: -1 };
let instances = 0;

/**
 * Completes mentions such as `@gr` in a textarea from a popup list. The textarea is a combobox only while the list is
 * open. https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 * Returns the list's node and `handleKey(event)`: call it first on keydown; true when the key was handled.
 */
export function completion(world, input) {
  const id = `people-${(instances += 1)}`;
  const node = el('ul', {
    class: 'completion',
    id,
    popover: 'manual',
    role: 'listbox',
    'aria-label': 'People to mention',
  });
  const reposition = anchorPopup(node, () => input);
  let mention;
  let active = 0;

  function update() {
    mention =
      input.selectionStart === input.selectionEnd ? mentionAtCaret(input.value, input.selectionStart) : undefined;
    const found = mention ? mentionMatches(mention.query, world.everybody) : [];
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
    reposition();
  }

  function optionOf(person, at) {
    return el(
      'li',
      // Clicking must not move the focus out of the field.
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
      mention.from,
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

  input.addEventListener('input', update);
  input.addEventListener('blur', close);
  input.addEventListener('click', () => isOpen() && update());

  return {
    node,
    handleKey(event) {
      if (!isOpen() || event.isComposing) return false;
      const count = node.children.length;
      if (STEPS[event.key]) activate((active + STEPS[event.key] + count) % count);
      else if ((event.key === 'Enter' && !event.shiftKey) || (event.key === 'Tab' && !event.shiftKey)) choose(active);
      else if (event.key === 'Escape') close();
      else {
        // These move the caret out of the mention.
        if (['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) close();
        return false;
      }
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
  };
}
