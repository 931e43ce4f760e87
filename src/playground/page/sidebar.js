import { avatar } from './avatar.js';
import { el, say } from './dom.js';

/** Who one writes as, and where one can go. `visited` is called when a place was chosen. */
export function sidebar(world, visited) {
  const people = el('div', { class: 'people', role: 'radiogroup', 'aria-label': 'Write as' });
  const channels = el('ul', {});
  const dms = el('ul', {});
  const model = el('p', { class: 'model' });
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
    model,
  );
  let shown;

  node.render = () => {
    const now = JSON.stringify([world.me, world.channelId, [...world.unread], [...world.channels.keys()]]);
    if (now === shown) return;
    shown = now;
    const focused = document.activeElement?.dataset?.id;
    people.replaceChildren(...world.people.map((person) => personButton(world, person)));
    channels.replaceChildren(...world.myChannels.filter((channel) => channel.with === undefined).map((channel) => place(world, channel, visited)));
    dms.replaceChildren(...world.myChannels.filter((channel) => channel.with !== undefined).map((channel) => place(world, channel, visited)));
    say(model, world.model.standIn ? 'No OPENAI_API_KEY is set: a stand-in answers and says so.' : `${world.model.name} answers.`);
    if (focused) node.querySelector(`[data-id="${focused}"]`)?.focus();
  };
  return node;
}

function personButton(world, { id, displayName }) {
  const checked = id === world.me;
  const onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = world.people.findIndex((person) => person.id === id);
    const next = world.people.at((at + step) % world.people.length).id;
    event.currentTarget.parentElement.querySelector(`[data-id="${next}"]`).focus();
    world.writeAs(next);
  };
  return el(
    'button',
    { type: 'button', role: 'radio', 'aria-checked': String(checked), tabindex: checked ? '0' : '-1', 'data-id': id, onclick: () => world.writeAs(id), onkeydown },
    avatar(world, id),
    displayName,
  );
}

function place(world, channel, visited) {
  const here = channel.id === world.channelId;
  const unread = world.unread.has(channel.id);
  const mark = channel.with === undefined ? el('span', { class: 'hash', 'aria-hidden': 'true' }, '#') : avatar(world, world.bot.id);
  const go = () => {
    world.visit(channel.id);
    visited();
  };
  return el(
    'li',
    {},
    el(
      'button',
      { type: 'button', class: unread ? 'place unread' : 'place', 'aria-current': here ? 'page' : undefined, 'data-id': channel.id, onclick: go },
      mark,
      channel.with === undefined ? channel.name : world.botName,
      ...(channel.with === undefined ? [] : [el('span', { class: 'badge' }, 'APP')]),
      ...(unread ? [el('span', { class: 'dot', role: 'img', 'aria-label': 'unread' })] : []),
    ),
  );
}
