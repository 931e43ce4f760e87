import { describe, expect, test } from '@jest/globals';
import { mapText, partsOf, textOf, withHead } from '../../src/core/content.js';
import { mention, mentionedIn, replaceMentions } from '../../src/core/mentions.js';

const parts = [
  { type: 'text', text: 'one' },
  { type: 'text', text: 'two' },
] as const;

describe('content', () => {
  test('of several parts reads as their texts, one per line', () => {
    expect(textOf(parts)).toBe('one\ntwo');
    expect(textOf('one')).toBe('one');
  });

  test('that is a string is one part', () => {
    expect(partsOf('one')).toEqual([{ type: 'text', text: 'one' }]);
    expect(partsOf(parts)).toBe(parts);
  });

  test('keeps its form when its texts change', () => {
    const upper = (text: string): string => text.toUpperCase();
    expect(mapText('one', upper)).toBe('ONE');
    expect(mapText(parts, upper)).toEqual([
      { type: 'text', text: 'ONE' },
      { type: 'text', text: 'TWO' },
    ]);
  });

  test('gets a prefix before its first text', () => {
    expect(withHead('Ann: ', 'one')).toBe('Ann: one');
    expect(withHead('Ann: ', parts)).toEqual([{ type: 'text', text: 'Ann: one' }, parts[1]]);
    expect(withHead('Ann: ', [])).toBe('Ann: ');
  });
});

test('mentions are found and replaced by id', () => {
  const text = `${mention('U1')} and ${mention('W2')}, not <@lower> or @U3`;
  expect(mentionedIn(text)).toEqual(['U1', 'W2']);
  expect(replaceMentions(text, (id) => `@${id.toLowerCase()}`)).toBe('@u1 and @w2, not <@lower> or @U3');
});
