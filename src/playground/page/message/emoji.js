import { CATEGORIES } from '../emoji/data.js';

/** Shown first in the picker, as Slack shows those a person uses most. */
const FREQUENT = ['+1', 'white_check_mark', 'eyes', 'tada', 'raised_hands', 'heart', 'joy', 'thinking_face', 'rocket'];

/** `{ title, emoji: { name, names, character }[] }[]`, in the picker's order. `name` is the first of `names`. */
const categories = CATEGORIES.map(([title, list]) => ({
  title,
  emoji: list
    .trim()
    .split(/,\s+/)
    .map((entry) => {
      const [character, words] = entry.split(' ');
      const names = words.split('/');
      return { name: names[0], names, character };
    }),
}));

/** Characters by name; unknown names stay as written, `:name:`. */
const CHARACTERS = new Map(
  categories.flatMap(({ emoji }) => emoji.flatMap(({ names, character }) => names.map((name) => [name, character]))),
);

export const PICKER_CATEGORIES = [
  {
    title: 'Frequently used',
    emoji: FREQUENT.map((name) => ({ name, names: [name], character: CHARACTERS.get(name) })),
  },
  ...categories,
];

/** The character, or `:name:` for an unknown name. */
export function emojiOf(name) {
  return CHARACTERS.get(name) ?? `:${name}:`;
}

export function isEmoji(name) {
  return CHARACTERS.has(name);
}

/**
 * Emoji whose name has `query` in it, those that begin with it first: `{ name, character }[]`, at most `limit`. One
 * entry per emoji, under the name that matches.
 */
export function emojiMatches(query, limit) {
  const wanted = query.toLowerCase().replaceAll(' ', '_');
  const found = categories.flatMap(({ emoji }) =>
    emoji.flatMap(({ names, character }) => {
      const name = names.find((known) => known.startsWith(wanted)) ?? names.find((known) => known.includes(wanted));
      return name === undefined ? [] : [{ name, character }];
    }),
  );
  const rank = ({ name }) => (name === wanted ? 0 : FREQUENT.includes(name) ? 1 : name.startsWith(wanted) ? 2 : 3);
  return found.toSorted((one, other) => rank(one) - rank(other)).slice(0, limit);
}

/** Replaces `:name:` with the emoji. */
export function withEmoji(text) {
  return text.replaceAll(/:([a-z0-9_+-]+):/g, (_, name) => emojiOf(name));
}
