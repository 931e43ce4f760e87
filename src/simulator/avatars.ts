import type { User } from './types.js';
import type { Workspace } from './workspace.js';

/**
 * Dark enough for white text: contrast of at least 5.3:1 (WCAG requires 4.5:1).
 * https://www.w3.org/TR/WCAG22/#contrast-minimum
 */
const COLORS = ['1264a3', '0b7a53', 'b3261e', '7c3aa5', '8f5a00', '0f6e7c', 'a61e63', '4f5d75'] as const;
const BOT_COLORS = COLORS.toReversed();
const DEFAULT_SIZE = 72;
/** A white robot head in a 100 × 100 view box. */
const ROBOT =
  '<path d="M50 18v12" stroke="#fff" stroke-width="5"/><circle cx="50" cy="17" r="6" fill="#fff"/>' +
  '<rect x="23" y="30" width="54" height="46" rx="12" fill="#fff"/>';

/** The user's color as six hex digits. Colors repeat only after all of them are used. */
export function colorOf(user: User, workspace: Workspace): string {
  const isBot = user.botId !== undefined;
  const colors = isBot ? BOT_COLORS : COLORS;
  const sameKind = [...workspace.users.values()].filter((other) => (other.botId !== undefined) === isBot);
  return colors[sameKind.indexOf(user) % colors.length] ?? COLORS[0];
}

/**
 * A user's avatar as SVG: initials for a person, a robot head for an app's bot. Undefined for an unknown user.
 * @param size width and height in pixels
 */
export function avatarOf(userId: string, workspace: Workspace, size: number = DEFAULT_SIZE): string | undefined {
  const user = workspace.users.get(userId);
  if (user === undefined) return undefined;
  const color = `#${colorOf(user, workspace)}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 100 100" role="img">`,
    `<title>${escapeXml(user.displayName)}</title>`,
    `<rect width="100" height="100" fill="${color}"/>`,
    user.botId === undefined ? lettersSvg(initials(user.displayName)) : robotSvg(color),
    '</svg>',
  ].join('');
}

function lettersSvg(text: string): string {
  const font = 'font-family="Lato, Helvetica, Arial, sans-serif" font-size="42" font-weight="700"';
  // "dy" centers the letters: some SVG renderers do not support "dominant-baseline".
  return `<text x="50" y="50" dy=".35em" text-anchor="middle" fill="#fff" ${font}>${escapeXml(text)}</text>`;
}

function robotSvg(color: string): string {
  const eyes = [39, 61].map((x) => `<circle cx="${x}" cy="52" r="6" fill="${color}"/>`);
  return ROBOT + eyes.join('');
}

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** First characters of the first and the last word. */
function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '');
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.map((word = '') => [...characters.segment(word)][0]?.segment.toUpperCase() ?? '').join('');
}

/** Characters not allowed in XML, even escaped. https://www.w3.org/TR/xml/#charsets */
const INVALID_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function escapeXml(text: string): string {
  return text.replace(INVALID_XML, '').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
