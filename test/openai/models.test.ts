import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../src/config/faults.js';
import type { ModelFacts } from '../../src/config/models-file.js';
import { MODEL } from '../../src/config/settings/model.js';
import { costOf, hasCacheBreakpoints, limitsOf } from '../../src/openai/models.js';
import { retirementWarning } from '../../src/openai/retirements.js';
import { standIn } from '../../src/playground/stand-in.js';
import { FakeClock } from '../support/clock.js';

const models: ReadonlyMap<string, ModelFacts> = new Map(
  Object.entries({
    llama: { contextWindow: 8_000, maxOutput: 2_000 },
    wider: { contextWindow: 64_000 },
    priced: { price: { inputUsd: 7, cachedInputUsd: 1, outputUsd: 9 } },
    'gpt-4.1': { maxOutput: 1_000 },
    'gpt-5.4-mini': { price: { inputUsd: 7, cachedInputUsd: 1, outputUsd: 9 } },
  }),
);

const usage = { promptTokens: 1_000_000, cachedTokens: 0, completionTokens: 0 };

describe('the cost of an answer, in dollars', () => {
  test.each([
    ['input', {}, 0.75],
    ['cached input', { cachedTokens: 1_000_000 }, 0.075],
    ['input that is half cached', { cachedTokens: 500_000 }, 0.4125],
    ['output', { promptTokens: 0, completionTokens: 1_000_000 }, 4.5],
  ])('of %s', (_, more, dollars) => {
    expect(costOf({ ...usage, ...more }, { model: 'gpt-5.4-mini' })).toBeCloseTo(dollars, 10);
  });

  test.each([
    ['input', { cacheWriteTokens: 0 }, 0.1 * 2],
    ['input that is written to the cache', { cacheWriteTokens: 1_000_000 }, 0.125 * 2],
    ['input of which the service does not say whether it is', {}, 0.125 * 2],
    ['input in three parts', { cachedTokens: 500_000, cacheWriteTokens: 300_000 }, 0.005 * 2 + 0.0375 * 2 + 0.02 * 2],
    ['more writes than new input', { cachedTokens: 500_000, cacheWriteTokens: 900_000 }, 0.005 * 2 + 0.0625 * 2],
  ])('of a model that charges for writing its cache: %s', (_, more, dollars) => {
    expect(costOf({ ...usage, ...more }, { model: 'gpt-6-luna' })).toBeCloseTo(dollars, 10);
  });

  test.each([
    ['gpt-6.2-astra', 8 + 0.4 + 10 + 40],
    ['gpt-6.2-sol', 2 + 0.1 + 2.5 + 10],
    ['gpt-6.1-sol', 2 + 0.1 + 2.5 + 10],
    ['gpt-6.1-terra', 1 + 0.05 + 1.25 + 5],
    ['gpt-6-astra', 10 + 1 + 12.5 + 50],
    ['gpt-6-sol', 2 + 0.2 + 2.5 + 10],
    ['gpt-6-luna', 0.1 + 0.01 + 0.125 + 0.5],
    ['gpt-5.6-sol', 4 + 0.4 + 5 + 20],
    ['gpt-5.6-terra', 2 + 0.2 + 2.5 + 12],
    ['gpt-5.6-luna', 0.2 + 0.02 + 0.25 + 1.2],
  ])('of a token of each kind at %s', (model, dollars) => {
    const each = { promptTokens: 3_000, cachedTokens: 1_000, cacheWriteTokens: 1_000, completionTokens: 1_000 };
    expect((costOf(each, { model }) ?? 0) * 1_000).toBeCloseTo(dollars, 10);
    expect(limitsOf({ model })).toEqual({ contextWindow: 1_050_000, maxOutput: 128_000 });
  });

  test('of writing a cache is in MODELS_FILE too', () => {
    const price = { inputUsd: 1, cachedInputUsd: 0, cacheWriteUsd: 3, outputUsd: 0 };
    const asked = { model: 'own', models: new Map([['own', { price }]]) };
    expect(costOf({ ...usage, cacheWriteTokens: 500_000 }, asked)).toBeCloseTo(0.5 + 1.5, 10);
  });

  test('of a snapshot is that of its model', () => {
    expect(costOf(usage, { model: 'gpt-4.1-2025-04-14' })).toBe(2);
  });

  test.each([
    ['a tenth higher for a newer model', 'gpt-5.4-mini', 0.825],
    ['a tenth higher for a model with a long prompt', 'gpt-5.6-luna', 0.25 * 2 * 1.1],
    ['the same for an older model', 'gpt-4.1', 2],
  ])("is, at OpenAI's regional addresses, %s", (_, model, dollars) => {
    expect(costOf(usage, { model, baseUrl: 'https://eu.api.openai.com/v1' })).toBeCloseTo(dollars, 10);
  });

  test.each([
    ['up to 272,000 tokens', { promptTokens: 272_000 }, 0.272 * 2.5],
    ['above 272,000 tokens', { promptTokens: 272_001 }, 0.272001 * 5],
    ['above 272,000 tokens, all cached', { promptTokens: 1_000_000, cachedTokens: 1_000_000 }, 0.5],
    [
      'above 272,000 tokens, with an answer',
      { promptTokens: 300_000, completionTokens: 100_000 },
      0.3 * 5 + 0.1 * 22.5,
    ],
  ])('depends on the length of the prompt of a large model: %s', (_, more, dollars) => {
    expect(costOf({ ...usage, ...more }, { model: 'gpt-5.4' })).toBeCloseTo(dollars, 10);
  });

  test('does not depend on the length of the prompt of an older model', () => {
    expect(costOf(usage, { model: 'gpt-4.1' })).toBe(2);
  });

  test.each(['priced', 'gpt-5.4-mini', 'gpt-5.4-mini-2026-03-17'])(
    'is taken from MODELS_FILE, on any server: %s',
    (model) => {
      const asked = { promptTokens: 2_000_000, cachedTokens: 1_000_000, completionTokens: 1_000_000 };
      for (const baseUrl of ['https://eu.api.openai.com/v1', 'http://localhost:4000/v1']) {
        expect(costOf(asked, { model, baseUrl, models })).toBe(7 + 1 + 9);
      }
    },
  );

  test.each([
    ['an unknown model', { model: 'llama3.2' }],
    ['a name that every object has as a property', { model: 'constructor' }],
    ['a model without a price in MODELS_FILE', { model: 'llama', models }],
    ['another server', { model: 'gpt-5.4-mini', baseUrl: 'http://localhost:11434/v1' }],
  ])('is undefined for %s', (_, config) => {
    expect(costOf(usage, config)).toBeUndefined();
  });
});

describe('the limits of a model', () => {
  test.each([
    ['are those of the built-in list', { model: 'gpt-5.4' }, { contextWindow: 1_050_000, maxOutput: 128_000 }],
    [
      'of a snapshot are those of its model',
      { model: 'gpt-4o-2024-11-20' },
      { contextWindow: 128_000, maxOutput: 16_384 },
    ],
    [
      'are the same on any server',
      { model: 'gpt-5-mini', baseUrl: 'http://localhost:4000/v1' },
      { contextWindow: 400_000, maxOutput: 128_000 },
    ],
    ['are low defaults for an unknown model', { model: 'llama3.2' }, { contextWindow: 32_000, maxOutput: 4_096 }],
    [
      'are low defaults for a name that every object has as a property',
      { model: 'constructor', models },
      { contextWindow: 32_000, maxOutput: 4_096 },
    ],
    ['are taken from MODELS_FILE', { model: 'llama', models }, { contextWindow: 8_000, maxOutput: 2_000 }],
    [
      'are defaults where MODELS_FILE has none',
      { model: 'wider', models },
      { contextWindow: 64_000, maxOutput: 4_096 },
    ],
    [
      'are those of the built-in list where MODELS_FILE has none',
      { model: 'gpt-4.1-2025-04-14', models },
      { contextWindow: 1_047_576, maxOutput: 1_000 },
    ],
    [
      'have the longest answer from the settings',
      { model: 'llama', models, maxOutputTokens: 500 },
      { contextWindow: 8_000, maxOutput: 500 },
    ],
  ])('%s', (_, config, limits) => {
    expect(limitsOf(config)).toEqual(limits);
  });

  test.each([
    ['OPENAI_MAX_OUTPUT_TOKENS', { model: 'llama3.2', maxOutputTokens: 31_001 }, 32_000],
    ['MODELS_FILE', { model: 'tiny', models: new Map([['tiny', { contextWindow: 4_500 }]]) }, 4_500],
  ])('that leave no room for a prompt are a fault of %s', (variable, config, contextWindow) => {
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

  test('may leave just enough room for a prompt', () => {
    expect(limitsOf({ model: 'llama3.2', maxOutputTokens: 31_000 }).maxOutput).toBe(31_000);
  });
});

test('the default model is known, stays, and has the limits of the stand-in', () => {
  const model = MODEL.OPENAI_MODEL.default;
  expect(costOf(usage, { model })).toBeGreaterThan(0);
  expect(hasCacheBreakpoints({ model })).toBe(true);
  expect(retirementWarning({ model }, 0)).toBeUndefined();
  expect(standIn(new FakeClock()).limits).toEqual(limitsOf({ model }));
});
