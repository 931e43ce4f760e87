/** What the page's composers do with a text that is being written. The modules need no DOM. */
import { beforeAll, describe, expect, test } from '@jest/globals';

interface Edit {
  from: number;
  to: number;
  text: string;
}
interface Typing {
  nextItem(typed: string, caret: number): Edit | undefined;
  toggledMark(typed: string, from: number, to: number, mark: string): Edit & { select: [number, number] };
  toggledPrefix(typed: string, from: number, to: number, prefixOf: (at: number) => string): Edit;
}
interface Option {
  insert: string;
  title: string;
}
interface Completions {
  completionsAt(typed: string, caret: number, world: object): { from: number; options: Option[] } | undefined;
}
interface Emoji {
  emojiOf(name: string): string;
  emojiMatches(query: string, limit: number): { name: string; character: string }[];
  withEmoji(text: string): string;
}

const BOT = { id: 'U2', name: 'skein' };
const WORLD = {
  bot: BOT,
  everybody: [
    { id: 'U1', name: 'ada', displayName: 'Ada Lovelace' },
    { id: 'U3', name: 'sam', displayName: 'Sam' },
    { ...BOT, displayName: 'Skein' },
  ],
  namedChannels: [
    { id: 'C1', name: 'general' },
    { id: 'C2', name: 'random' },
  ],
};
let typing: Typing;
let completions: Completions;
let emoji: Emoji;

beforeAll(async () => {
  const page: string = '../../src/playground/page';
  typing = (await import(`${page}/typing.js`)) as Typing;
  completions = (await import(`${page}/completions.js`)) as Completions;
  emoji = (await import(`${page}/message/emoji.js`)) as Emoji;
});

/** With `|` for the caret, or for both ends of the selection. */
function at(marked: string): { typed: string; from: number; to: number } {
  const [before = '', inside = '', after] = marked.split('|');
  const selected = after === undefined ? '' : inside;
  const rest = after ?? inside;
  return { typed: before + selected + rest, from: before.length, to: before.length + selected.length };
}

const edited = (typed: string, { from, to, text }: Edit): string => typed.slice(0, from) + text + typed.slice(to);

describe('Enter in a list', () => {
  test.each([
    ['- wool|', '- wool\n- '],
    ['* wool|', '* wool\n* '],
    ['1. wool|', '1. wool\n2. '],
    ['9) wool|', '9) wool\n10) '],
    ['buy\n  - wool|\nsoon', 'buy\n  - wool\n  - \nsoon'],
    ['- wo|ol', '- wo\n- ol'],
    ['- wool\n- |', '- wool\n'],
    ['1. wool\n2. |', '1. wool\n'],
  ])('%j becomes %j', (marked, after) => {
    const { typed, from } = at(marked);
    const edit = typing.nextItem(typed, from);
    expect(edit && edited(typed, edit)).toBe(after);
  });

  test.each(['wool|', '-wool|', '1.5 kg|', '- wool\nand linen|', '|- wool', '```\n- wool|'])('%j sends', (marked) => {
    const { typed, from } = at(marked);
    expect(typing.nextItem(typed, from)).toBeUndefined();
  });
});

describe('styles', () => {
  test.each([
    ['a |red| one', 'a *red* one', 'red'],
    ['a *|red|* one', 'a red one', 'red'],
    ['|', '**', ''],
  ])('%j becomes %j', (marked, after, selected) => {
    const { typed, from, to } = at(marked);
    const edit = typing.toggledMark(typed, from, to, '*');
    const text = edited(typed, edit);
    expect(text).toBe(after);
    expect(text.slice(...edit.select)).toBe(selected);
  });

  test.each([
    ['buy\n|wool\nlin|en', 'buy\n1. wool\n2. linen'],
    ['|1. wool\n2. linen|', 'wool\nlinen'],
  ])('lines %j become %j', (marked, after) => {
    const { typed, from, to } = at(marked);
    const edit = typing.toggledPrefix(typed, from, to, (line) => `${line + 1}. `);
    expect(edited(typed, edit)).toBe(after);
  });
});

describe('completion', () => {
  const inserted = (typed: string, caret = typed.length): string[] =>
    completions.completionsAt(typed, caret, WORLD)?.options.map(({ insert }) => insert) ?? [];

  test.each([
    // The bot first.
    ['@', ['@skein', '@ada', '@sam']],
    ['hello @S', ['@skein', '@sam']],
    ['(@love', ['@ada']],
    ['mail ada@sk', []],
    ['@ada ', []],
    // Nothing is left to complete, so Enter may send.
    ['@ada', []],
    ['see #', ['#general', '#random']],
    ['see #ra', ['#random']],
    ['a#ra', []],
    ['/', ['/skein', '/invite', '/remove']],
    ['/sk', ['/skein']],
    ['see /sk', []],
    ['nothing', []],
  ])('%j offers %j', (typed, offered) => {
    expect(inserted(typed)).toEqual(offered);
  });

  test('offers emoji from two letters on, not after a time of day', () => {
    expect(inserted('done :tada')).toEqual([':tada:']);
    expect(inserted(':t')).toEqual([]);
    expect(inserted('at 12:30')).toEqual([]);
    expect(inserted('done :tada:')).toEqual([]);
  });

  test('ignores what stands after the caret', () => {
    expect(inserted('@ad later', 3)).toEqual(['@ada']);
    expect(completions.completionsAt('hello @ad later', 9, WORLD)?.from).toBe(6);
  });
});

describe('emoji', () => {
  test.each(['+1', 'thumbsup', 'hourglass', 'yarn', 'white_check_mark', 'shrug', 'flag-xx'])('%s', (name) => {
    expect(emoji.emojiOf(name) === `:${name}:`).toBe(name === 'flag-xx');
  });

  test('are found by any of their names, those that begin with it first', () => {
    expect(emoji.emojiMatches('thumbsup', 5)).toEqual([{ name: 'thumbsup', character: '👍' }]);
    expect(emoji.emojiMatches('check mark', 1)).toEqual([{ name: 'white_check_mark', character: '✅' }]);
    expect(emoji.emojiMatches('rocket', 9)[0]?.name).toBe('rocket');
    expect(emoji.emojiMatches('a', 7)).toHaveLength(7);
    expect(emoji.emojiMatches('no such thing', 7)).toEqual([]);
  });

  test('have each name once', () => {
    const found = emoji.emojiMatches('', 5_000);
    expect(found.length).toBeGreaterThan(1_000);
    expect(new Set(found.map(({ character }) => character)).size).toBe(found.length);
    expect(found.filter(({ name }) => !/^[a-z0-9_+'-]+$/.test(name))).toEqual([]);
  });
});
