import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { withTokenCount, messageTokens, textTokens } from '../../src/prompt/tokens.js';

describe('the tokens of a text', () => {
  // By the vocabulary itself: https://github.com/openai/tiktoken, o200k_base.
  test.each([
    ['', 0],
    ['hello world', 2],
    ['antidisestablishmentarianism', 6],
    ['你好', 1],
  ])('%j', (text, tokens) => {
    expect(textTokens(text)).toBe(tokens);
  });

  test('are those of plain words, where somebody writes a command to the model', () => {
    expect(textTokens('<|endoftext|>')).toBeGreaterThan(1);
  });

  test('of a whole message are a few more', () => {
    expect(messageTokens('hello world')).toBe(6);
  });

  test('are as many as its bytes at most', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), fc.integer({ min: 1, max: 100 }), (unit, times) => {
        const text = unit.repeat(times);
        expect(textTokens(text)).toBeLessThanOrEqual(Buffer.byteLength(text));
      }),
    );
  });

  test('of a very long one are estimated, not below what they are', () => {
    expect(textTokens('é'.repeat(100_001))).toBe(200_002);
  });

  test('stand beside the words that they are of', () => {
    expect(withTokenCount({ text: 'hello world', author: 'U1' })).toEqual({
      text: 'hello world',
      author: 'U1',
      tokens: 2,
    });
  });
});
