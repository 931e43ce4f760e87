import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../src/config/faults.js';
import type { ModelFacts } from '../../src/config/models-file.js';
import { costOf, limitsOf } from '../../src/openai/models.js';

const models: ReadonlyMap<string, ModelFacts> = new Map(
  Object.entries({
    llama: { contextWindow: 8_000, maxOutput: 2_000 },
    wider: { contextWindow: 64_000 },
    dear: { price: { inputUsd: 7, cachedInputUsd: 1, outputUsd: 9 } },
    'gpt-4.1': { maxOutput: 1_000 },
    'gpt-5.4-mini': { price: { inputUsd: 7, cachedInputUsd: 1, outputUsd: 9 } },
  }),
);

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
    ['no more than 272,000 tokens', { promptTokens: 272_000 }, 0.272 * 2.5],
    ['more', { promptTokens: 272_001 }, 0.272001 * 5],
    ['more, from the cache', { promptTokens: 1_000_000, cachedTokens: 1_000_000 }, 0.5],
    ['more, and an answer', { promptTokens: 300_000, completionTokens: 100_000 }, 0.3 * 5 + 0.1 * 22.5],
  ])('of a prompt of a large model: %s', (_, more, dollars) => {
    expect(costOf({ ...usage, ...more }, { model: 'gpt-5.4' })).toBeCloseTo(dollars, 10);
  });

  test('the same for each token of a long prompt of a model from before', () => {
    expect(costOf(usage, { model: 'gpt-4.1' })).toBe(2);
  });

  test.each(['dear', 'gpt-5.4-mini', 'gpt-5.4-mini-2026-03-17'])(
    'as MODELS_FILE has it, on any server: %s',
    (model) => {
      const asked = { promptTokens: 2_000_000, cachedTokens: 1_000_000, completionTokens: 1_000_000 };
      for (const baseUrl of ['https://eu.api.openai.com/v1', 'http://localhost:4000/v1']) {
        expect(costOf(asked, { model, baseUrl, models })).toBe(7 + 1 + 9);
      }
    },
  );

  test.each([
    ['an unknown model', { model: 'llama3.2' }],
    ['a name that every object has', { model: 'constructor' }],
    ['a model of which MODELS_FILE tells no price', { model: 'llama', models }],
    ['another server', { model: 'gpt-5.4-mini', baseUrl: 'http://localhost:11434/v1' }],
  ])('%s: not known', (_, config) => {
    expect(costOf(usage, config)).toBeUndefined();
  });
});

describe('the limits of a model', () => {
  test.each([
    ['as they are known', { model: 'gpt-5.4' }, { contextWindow: 1_050_000, maxOutput: 128_000 }],
    ['of a snapshot', { model: 'gpt-4o-2024-11-20' }, { contextWindow: 128_000, maxOutput: 16_384 }],
    [
      'on any server',
      { model: 'gpt-5-mini', baseUrl: 'http://localhost:4000/v1' },
      { contextWindow: 400_000, maxOutput: 128_000 },
    ],
    ['careful ones for an unknown model', { model: 'llama3.2' }, { contextWindow: 32_000, maxOutput: 4_096 }],
    [
      'careful ones for a name that every object has',
      { model: 'constructor', models },
      { contextWindow: 32_000, maxOutput: 4_096 },
    ],
    ['as MODELS_FILE has them', { model: 'llama', models }, { contextWindow: 8_000, maxOutput: 2_000 }],
    ['as far as MODELS_FILE has them', { model: 'wider', models }, { contextWindow: 64_000, maxOutput: 4_096 }],
    [
      'as far as MODELS_FILE has them, of a known model',
      { model: 'gpt-4.1-2025-04-14', models },
      { contextWindow: 1_047_576, maxOutput: 1_000 },
    ],
    [
      'with the longest answer of the settings',
      { model: 'llama', models, maxOutputTokens: 500 },
      { contextWindow: 8_000, maxOutput: 500 },
    ],
  ])('%s', (_, config, limits) => {
    expect(limitsOf(config)).toEqual(limits);
  });

  test.each([
    ['OPENAI_MAX_OUTPUT_TOKENS', { model: 'llama3.2', maxOutputTokens: 31_001 }, 32_000],
    ['MODELS_FILE', { model: 'tiny', models: new Map([['tiny', { contextWindow: 4_500 }]]) }, 4_500],
  ])('that leave a prompt no room are a fault of %s', (variable, config, contextWindow) => {
    const problem = expect.stringMatching(
      `leaves a prompt no room in the context window of ${config.model}, which is ${contextWindow}$`,
    );
    expect(() => limitsOf(config)).toThrow(
      expect.objectContaining({
        constructor: ConfigError,
        faults: [{ variable, problem, hint: expect.stringMatching(/MODELS_FILE/) }],
      }),
    );
  });

  test('leave just enough', () => {
    expect(limitsOf({ model: 'llama3.2', maxOutputTokens: 31_000 }).maxOutput).toBe(31_000);
  });
});
