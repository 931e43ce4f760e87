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

  test.each([
    ['a tenth more for a newer model', 'gpt-5.4-mini', 0.825],
    ['the same for one from before', 'gpt-4.1', 2],
  ])("at OpenAI's regional addresses %s", (_, model, dollars) => {
    expect(costOf(usage, { model, baseUrl: 'https://eu.api.openai.com/v1' })).toBeCloseTo(dollars, 10);
  });

  test.each([
    ['an unknown model', { model: 'llama3.2' }],
    ['a name that every object has', { model: 'constructor' }],
    ['another server', { model: 'gpt-5.4-mini', baseUrl: 'http://localhost:11434/v1' }],
  ])('%s: not known', (_, config) => {
    expect(costOf(usage, config)).toBeUndefined();
  });
});
