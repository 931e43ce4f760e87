/** The stand-in for a service that makes pictures: draws balls of yarn in the color that is asked for, on this machine. */
import type { Clock, PictureMaker, Usage } from '../core/ports.js';

/** Long enough to see that it is being made, and to stop it. */
const DRAWING_MS = 3_000;
const SIDE = 512;
/** As people write them, and as they are drawn. */
const COLORS: ReadonlyMap<string, string> = new Map([
  ['red', '#d1495b'],
  ['orange', '#e07a3f'],
  ['yellow', '#e2b33c'],
  ['green', '#4f9d69'],
  ['blue', '#3f7cac'],
  ['purple', '#7d5ba6'],
  ['pink', '#e38aae'],
  ['black', '#333333'],
  ['white', '#f4f1ea'],
]);
export const PICTURE_COLORS: readonly string[] = [...COLORS.keys()];
const FREE: Usage = { promptTokens: 0, cachedTokens: 0, completionTokens: 0, costUsd: 0 };

/** `instant`: without delays. */
export function standInPictures(clock: Clock, instant = false): PictureMaker {
  return {
    name: 'demo pictures',
    hasPrice: true,
    estimate: () => FREE,
    async make(description, from, signal) {
      await clock.sleep(instant ? 0 : DRAWING_MS, signal);
      const { default: sharp } = await import('sharp');
      const color = colorIn(description);
      // A change keeps what the picture shows.
      const drawn = from && color ? sharp(from.bytes).tint(color) : sharp(from?.bytes ?? Buffer.from(yarn(color)));
      return { picture: { format: 'png', bytes: await drawn.png().toBuffer() }, usage: FREE };
    },
  };
}

function colorIn(description: string): string | undefined {
  const words = description.toLowerCase().match(/[a-z]+/g) ?? [];
  return words.map((word) => COLORS.get(word)).find((color) => color !== undefined);
}

/** SVG. */
function yarn(color = '#d1495b'): string {
  const balls = [
    [170, 320, 120],
    [345, 330, 105],
    [255, 175, 100],
  ].map(([x = 0, y = 0, radius = 0]) => ball(x, y, radius));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}">
<rect width="100%" height="100%" fill="#efe7da"/><rect y="400" width="100%" height="112" fill="#c9b79c"/>
<g fill="${color}" stroke="#00000055" stroke-width="5">${balls.join('')}</g></svg>`;
}

/** Its threads are ellipses in it. */
function ball(x: number, y: number, radius: number): string {
  const threads = [-50, -10, 30, 70].map(
    (angle) =>
      `<ellipse cx="${x}" cy="${y}" rx="${radius}" ry="${radius * 0.45}" fill="none" transform="rotate(${angle} ${x} ${y})"/>`,
  );
  return `<circle cx="${x}" cy="${y}" r="${radius}"/>${threads.join('')}`;
}
