import { avatar, picture } from './avatar.js';
import { channelItem } from './channel-item.js';
import { el, setText } from './dom.js';
import { faultPanel } from './faults.js';
import { icon } from './icons.js';
import { themeSwitch } from './theme.js';

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * The sidebar: the person to write as, channels, faults and settings. `onVisit()` is called after a channel was chosen;
 * `jump()` opens the quick switcher; `model`: see `modelControls`; `extraButtons`: extra buttons at the bottom.
 */
export function sidebar(world, { onVisit, jump, model, extraButtons }) {
  const people = el('div', { class: 'people', role: 'radiogroup', 'aria-label': 'Write as' });
  const channels = el('ul', {});
  const dms = el('ul', {});
  const faults = faultPanel(world);
  const storage = el('span', {});
  const node = el(
    'nav',
    { class: 'sidebar', 'aria-label': 'Channels and people', id: 'sidebar' },
    el('h1', {}, picture('/icon.svg', 'logo'), 'Skein playground'),
    el(
      'button',
      { type: 'button', class: 'jump', 'aria-haspopup': 'dialog', onclick: jump },
      icon('search'),
      'Jump to…',
      el('kbd', {}, 'Ctrl K'),
    ),
    el('h2', {}, 'Write as'),
    people,
    el('h2', {}, 'Channels'),
    channels,
    el('h2', {}, 'Direct messages'),
    dms,
    el(
      'div',
      { class: 'foot' },
      faults,
      el('div', { class: 'settings' }, themeSwitch(), ...extraButtons),
      el(
        'div',
        { class: 'about' },
        model.offer,
        model.offerProblem,
        model.button,
        el('p', {}, icon('history'), storage),
      ),
    ),
  );
  let shown;

  node.render = () => {
    faults.render();
    model.render();
    setText(storage, `Conversations in ${world.storage === 'redis' ? 'Redis' : 'memory'}`);
    const now = JSON.stringify([
      world.me,
      world.channelId,
      world.sidebarChannels.map((channel) => [channel.id, world.unreadIn(channel)]),
    ]);
    if (now === shown) return;
    shown = now;
    const focused = node.contains(document.activeElement) ? document.activeElement.dataset.id : undefined;
    const items = (direct) =>
      world.sidebarChannels
        .filter(({ kind }) => (kind !== 'channel') === direct)
        .map((channel) => channelItem(world, channel, onVisit));
    people.replaceChildren(...world.people.map((person) => personButton(world, person)));
    channels.replaceChildren(...items(false));
    dms.replaceChildren(...items(true));
    if (focused) node.querySelector(`[data-id="${focused}"]`)?.focus();
  };
  node.focusCurrent = () => node.querySelector('[aria-current]').focus();
  return node;
}

function personButton(world, { id, displayName }) {
  const checked = id === world.me;
  const onkeydown = (event) => {
    const step = event.altKey ? undefined : STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const at = world.people.findIndex((person) => person.id === id);
    const next = world.people.at((at + step) % world.people.length).id;
    event.currentTarget.parentElement.querySelector(`[data-id="${next}"]`).focus();
    world.writeAs(next);
  };
  return el(
    'button',
    {
      type: 'button',
      role: 'radio',
      'aria-checked': String(checked),
      tabindex: checked ? '0' : '-1',
      'data-id': id,
      onclick: () => world.writeAs(id),
      onkeydown,
    },
    avatar(world, id),
    displayName,
  );
}
