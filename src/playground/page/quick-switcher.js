import { avatar } from './avatar.js';
import { el } from './dom.js';
import { icon } from './icons.js';

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

/**
 * The dialog behind Ctrl-K: jumps to a channel or DM, or switches the person to write as. `onVisit()` is called after a
 * change of channel. Returns the dialog and `open()`.
 */
export function quickSwitcher(world, onVisit) {
  const list = el('ul', { role: 'listbox', id: 'switcher-list', 'aria-label': 'Places and people' });
  const input = el('input', {
    type: 'text',
    role: 'combobox',
    placeholder: 'Jump to a channel or a person',
    'aria-label': 'Jump to a channel or a person',
    'aria-controls': list.id,
    'aria-expanded': 'true',
    'aria-autocomplete': 'list',
    autocomplete: 'off',
    spellcheck: 'false',
    oninput: () => show(),
    onkeydown: onKey,
  });
  const none = el('p', { role: 'status' });
  const dialog = el(
    'dialog',
    {
      class: 'switcher',
      'aria-label': 'Jump to',
      // A click on the backdrop targets the dialog itself, a click inside targets a child.
      onclick: ({ target }) => target === dialog && dialog.close(),
    },
    el('div', {}, el('label', {}, icon('search'), input), list, none),
  );
  let found = [];
  let active = 0;

  function show() {
    const query = input.value.trim().toLowerCase().replace(/^[#@]/, '');
    found = entriesOf(world).filter(({ title }) =>
      title
        .toLowerCase()
        .split(/[\s,]+/)
        .some((word) => word.startsWith(query)),
    );
    list.replaceChildren(
      ...found.map(({ sign, title, detail, go }, at) =>
        el(
          'li',
          { role: 'option', id: `switcher-${at}`, onclick: () => choose(go) },
          sign,
          el('span', { class: 'title' }, title),
          el('span', { class: 'name' }, detail),
        ),
      ),
    );
    list.hidden = found.length === 0;
    none.textContent = found.length === 0 ? 'No matches.' : '';
    activate(0);
  }

  function activate(at) {
    active = at;
    for (const [n, option] of [...list.children].entries()) option.setAttribute('aria-selected', String(n === at));
    const option = list.children[at];
    if (option) input.setAttribute('aria-activedescendant', option.id);
    else input.removeAttribute('aria-activedescendant');
    option?.scrollIntoView({ block: 'nearest' });
  }

  function onKey(event) {
    if (event.isComposing) return;
    if (STEPS[event.key] && found.length > 0) activate((active + STEPS[event.key] + found.length) % found.length);
    else if (event.key === 'Enter' && found[active]) choose(found[active].go);
    else return;
    event.preventDefault();
  }

  function choose(go) {
    dialog.close();
    go();
    onVisit();
  }

  return {
    dialog,
    open() {
      if (dialog.open) return;
      input.value = '';
      show();
      dialog.showModal();
      input.focus();
    },
  };
}

function entriesOf(world) {
  const places = world.sidebarChannels.map((channel) => ({
    sign:
      channel.kind === 'im'
        ? avatar(world, world.bot.id)
        : el('span', { class: 'sign' }, icon(channel.kind === 'channel' ? 'hash' : 'users')),
    title: channel.kind === 'channel' ? channel.name : world.titleOf(channel),
    detail: { channel: 'Channel', im: 'App', mpim: 'Group DM' }[channel.kind],
    go: () => world.visit(channel.id),
  }));
  const people = world.people
    .filter(({ id }) => id !== world.me)
    .map(({ id, displayName }) => ({
      sign: avatar(world, id),
      title: displayName,
      detail: 'Write as',
      go: () => world.writeAs(id),
    }));
  return [...places, ...people];
}
