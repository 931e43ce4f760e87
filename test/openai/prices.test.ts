import { describe, expect, test } from '@jest/globals';
import { costOf } from '../../src/openai/prices.js';

const usage = { promptTokens: 1_000_000, cachedTokens: 0, completionTokens: 0 };

describe('the cost of an answer, in dollars', () => {
  test.each([
    ['what is read', {}, 0.75],
    ['what the cache had', { cachedTokens: 1_000_000 }, 0.075],
    ['half of it from the cache', { cachedTokens: 500_000 }, 0.4125],
    ['what is written', { promptTokens: 0, completionTokens: 1_000_000 }, 4.5],
  ])('%s', (_, more, dollars) => {
    expect(costOf({ ...usage, ...more }, { model: 'gpt-5.4-mini' })).toBeCloseTo(dollars, 10);
  });

  test('a snapshot costs what its model does', () => {
    expect(costOf(usage, { model: 'gpt-4.1-2025-04-14' })).toBe(2);
  });

  test("at OpenAI's regional address as well", () => {
    expect(costOf(usage, { model: 'gpt-5.4-mini', baseUrl: 'https://eu.api.openai.com/v1' })).toBe(0.75);
  });

  test.each([
    ['an unknown model', { model: 'llama3.2' }],
    ['a name that every object has', { model: 'constructor' }],
    ['another server', { model: 'gpt-5.4-mini', baseUrl: 'http://localhost:11434/v1' }],
  ])('%s: not known', (_, config) => {
    expect(costOf(usage, config)).toBeUndefined();
  });
});
