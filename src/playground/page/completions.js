/** What a composer completes while someone types: people, channels, emoji and commands. Pure. */
import { emojiMatches } from './message/emoji.js';

const MAX_EMOJI = 8;

/**
 * In each: `at` matches the unfinished word before the caret, with the part behind its sign as its group; `find(query)`
 * returns `{ insert, title, detail, userId?, sign? }[]`. `world`: people, channels and bot.
 */
const SOURCES = [
  { label: 'People to mention', at: /(?:^|[^\w@.])@([\w-]{0,40})$/, find: people },
  { label: 'Channels', at: /(?:^|[^\w#&/])#([\w-]{0,40})$/, find: channels },
  // As in Slack, from two letters on: a colon alone is punctuation.
  { label: 'Emoji', at: /(?:^|[^\w:]):([a-z0-9_+-]{2,40})$/i, find: emoji },
  { label: 'Commands', at: /^\/(\w{0,20})$/, find: commands },
];

/**
 * The completions of the word before the caret: `{ label, from, options }`; `from`: index of its sign. Undefined when
 * there is nothing to complete.
 */
export function completionsAt(typed, caret, world) {
  const before = typed.slice(0, caret);
  for (const { label, at, find } of SOURCES) {
    const query = at.exec(before)?.[1];
    if (query === undefined) continue;
    const options = find(query.toLowerCase(), world);
    if (options.length > 0) return { label, from: caret - query.length - 1, options };
  }
  return undefined;
}

/** The bot comes first: it is whom one names most here. None when the only match is typed completely. */
function people(query, { everybody, bot }) {
  const found = everybody.filter(({ name, displayName }) =>
    [name, ...displayName.split(/\s+/)].some((word) => word.toLowerCase().startsWith(query)),
  );
  if (isTyped(found, query)) return [];
  return found
    .toSorted((one, other) => Number(other.id === bot.id) - Number(one.id === bot.id))
    .map(({ id, name, displayName }) => ({ insert: `@${name}`, title: displayName, detail: name, userId: id }));
}

function channels(query, { namedChannels }) {
  const found = namedChannels.filter(({ name }) => name.toLowerCase().startsWith(query));
  return isTyped(found, query) ? [] : found.map(({ name }) => ({ insert: `#${name}`, title: name, sign: '#' }));
}

function emoji(query) {
  return emojiMatches(query, MAX_EMOJI).map(({ name, character }) => ({
    insert: `:${name}:`,
    title: `:${name}:`,
    sign: character,
  }));
}

function commands(query, { bot }) {
  const known = [
    { name: bot.name, detail: '[help]', title: `/${bot.name}` },
    { name: 'invite', detail: '[@someone]', title: '/invite' },
    { name: 'remove', detail: '[@someone]', title: '/remove' },
  ];
  return known
    .filter(({ name }) => name.startsWith(query) && name !== query)
    .map(({ name, ...shown }) => ({ insert: `/${name}`, ...shown, sign: '/' }));
}

function isTyped(found, query) {
  return found.length === 1 && found[0].name.toLowerCase() === query;
}
