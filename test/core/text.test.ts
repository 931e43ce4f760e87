import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { cutAt, cutFront, wellFormed, wholeAtEnd } from '../../src/core/text.js';

/** Any text, also one that holds halves of characters. */
const anyText = fc.string({ unit: fc.constantFrom('a', 'é', '😀', '👩‍💻', '\ud83d', '\ude00', '\n') });
const wholeText = fc.string({ unit: fc.constantFrom('a', 'é', '😀', '👩‍💻', '\n') });

describe('a text that is cut', () => {
  test.each([
    ['abc', 5, 'abc'],
    ['abc', 2, 'ab'],
    ['a😀', 2, 'a'],
    ['a😀', 3, 'a😀'],
    ['😀', 1, ''],
    ['', 0, ''],
  ])('%j at %d', (text, longest, cut) => {
    expect(cutAt(text, longest)).toBe(cut);
  });

  test('is its beginning, as long as may be, and never ends within a character', () => {
    fc.assert(
      fc.property(wholeText, fc.nat(30), (text, longest) => {
        const cut = cutAt(text, longest);
        expect(text.startsWith(cut)).toBe(true);
        expect(cut.length).toBeLessThanOrEqual(longest);
        expect(cut.length).toBeGreaterThanOrEqual(Math.min(text.length, longest - 1));
        expect(wellFormed(cut)).toBe(cut);
      }),
    );
  });
});

test('the end of a text never begins within a character', () => {
  fc.assert(
    fc.property(wholeText, fc.nat(30), (text, longest) => {
      const cut = cutFront(text, longest);
      expect(text.endsWith(cut)).toBe(true);
      expect(cut.length).toBeLessThanOrEqual(longest);
      expect(cut.length).toBeGreaterThanOrEqual(Math.min(text.length, longest - 1));
      expect(wellFormed(cut)).toBe(cut);
    }),
  );
});

test('half a character at the end of a growing text is held back', () => {
  expect(['hi \ud83d', 'hi 😀', 'hi'].map(wholeAtEnd)).toEqual(['hi ', 'hi 😀', 'hi']);
});

test('a text that is well formed holds no half of a character, and is otherwise the same', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const whole = wellFormed(text);
      expect(whole).not.toMatch(/\p{Surrogate}/u);
      expect(whole).toHaveLength(text.length);
      if (!/\p{Surrogate}/u.test(text)) expect(whole).toBe(text);
    }),
  );
});
