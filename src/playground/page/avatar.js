import { el } from './dom.js';

/** Pictures by address, kept in the page: they stay when the server is gone. */
const pictures = new Map();

/** A user's picture; the app icon for the bot. Decorative: the name is next to it. */
export function avatar(world, id) {
  return picture(id === world.bot.id ? '/icon.svg' : `/avatars/${id}.svg`, 'avatar');
}

/** An SVG of this server, drawn into the page. Stays empty until it has loaded. */
export function picture(address, className) {
  const node = el('span', { class: className, 'aria-hidden': 'true' });
  const known = pictures.get(address);
  if (known?.svg) node.append(known.svg.cloneNode(true));
  else load(address).then((svg) => svg && node.replaceChildren(svg.cloneNode(true)));
  return node;
}

function load(address) {
  if (!pictures.has(address)) {
    const entry = { svg: undefined, loading: undefined };
    entry.loading = fetchSvg(address).then(
      (svg) => (entry.svg = svg),
      // Tried again for the next message.
      () => void pictures.delete(address),
    );
    pictures.set(address, entry);
  }
  return pictures.get(address).loading;
}

async function fetchSvg(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  const { documentElement: svg } = new DOMParser().parseFromString(await response.text(), 'image/svg+xml');
  // A title would show as a tooltip.
  svg.querySelector('title')?.remove();
  for (const name of ['role', 'width', 'height']) svg.removeAttribute(name);
  return document.importNode(svg, true);
}
