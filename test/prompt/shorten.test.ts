import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { cutInTheMiddle } from '../../src/prompt/shorten.js';
import { messageTokens } from '../../src/prompt/tokens.js';

const CUT = /\n?\[… \d+ characters left out …\]\n?/;

describe('a text cut in the middle', () => {
  test('has at most the requested tokens, for any integer, or is only the line that marks the cut', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 400 }),
      fc.constantFrom('word '.repeat(900), '中😀'.repeat(300), ''),
    );
    const bounds = fc.oneof(fc.integer(), fc.integer({ min: -50, max: 300 }));
    fc.assert(
      fc.property(texts, bounds, (text, tokens) => {
        const cut = cutInTheMiddle(text, tokens);
        if (messageTokens(text) <= tokens) expect(cut).toBe(text);
        else if (messageTokens(cut) > tokens) expect(cut.replace(CUT, '')).toBe('');
        expect(Buffer.from(cut).toString()).toBe(cut);
      }),
    );
  });

  test.each([0, -1, -60, -1_000, Number.MIN_SAFE_INTEGER])(
    'is only the line that marks the cut if there is no room (%s tokens)',
    (tokens) => {
      expect(cutInTheMiddle('word '.repeat(10_000), tokens)).toBe('\n[… 50000 characters left out …]\n');
    },
  );
});
