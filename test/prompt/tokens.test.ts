import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { messageTokens, mostTokens, textTokens } from '../../src/prompt/tokens.js';

describe('the tokens of a text', () => {
  // Values from the vocabulary o200k_base: https://github.com/openai/tiktoken
  test.each([
    ['', 0],
    ['hello world', 2],
    ['antidisestablishmentarianism', 6],
    ['你好', 1],
  ])('%j', (text, tokens) => {
    expect(textTokens(text)).toBe(tokens);
  });

  test('are those of plain text if it contains a special token of the model', () => {
    expect(textTokens('<|endoftext|>')).toBeGreaterThan(1);
  });

  test('of a whole message include a few extra', () => {
    expect(messageTokens('hello world')).toBe(6);
  });

  test('are at most as many as its bytes, which is how short texts are counted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), fc.integer({ min: 1, max: 100 }), (unit, times) => {
        const text = unit.repeat(times);
        expect(mostTokens(text)).toBe(Buffer.byteLength(text));
        expect(textTokens(text)).toBeLessThanOrEqual(mostTokens(text));
      }),
    );
  });

  test('of a very long text are an upper estimate', () => {
    expect(textTokens('é'.repeat(100_001))).toBe(200_002);
  });
});
