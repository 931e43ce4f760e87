import { avatar } from './avatar.js';
import { channelItem } from './channel-item.js';
import { el, setText } from './dom.js';
import { faultPanel } from './faults.js';
import { themeSwitch } from './theme.js';

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * The sidebar: the person to write as, channels, faults and settings. `onVisit()` is called after a channel was chosen;
 * `extraButtons`: extra buttons at the bottom.
 */
export function sidebar(world, onVisit, extraButtons) {
  const people = el('div', { class: 'people', role: 'radiogroup', 'aria-label': 'Write as' });
  const channels = el('ul', {});
  const dms = el('ul', {});
  const faults = faultPanel(world);
  const model = el('p', {});
  const storage = el('p', {});
  const node = el(
    'nav',
    { class: 'sidebar', 'aria-label': 'Channels and people', id: 'sidebar' },
    el('h1', {}, el('img', { src: '/icon.svg', alt: '' }), 'Skein playground'),
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
      el('div', { class: 'about' }, model, storage),
    ),
  );
  let shown;

  node.render = () => {
    faults.render();
    setText(
      model,
      world.model.standIn
        ? 'No OPENAI_API_KEY is set: a stand-in answers and says so.'
        : `${world.model.name} answers.`,
    );
    setText(storage, `Conversations are in ${world.storage === 'redis' ? 'Redis' : 'memory'}.`);
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
