import { describe, expect, test } from '@jest/globals';
import { parseModels } from '../../src/config/models-file.js';

function problems(text: string): string[] {
  const { models, faults } = parseModels(text, 'models.json');
  expect(models.size).toBe(0);
  for (const { hint } of faults) expect(hint).toMatch(/write it like \{"some-model": .*dollars per million tokens/);
  return faults.map(({ problem }) => problem);
}

describe('a models file', () => {
  test('gives the facts about each model', () => {
    const text = JSON.stringify({
      nothing: {},
      limits: { contextWindow: 10, maxOutput: 9 },
      price: { inputUsd: 1, cachedInputUsd: 0.5, outputUsd: 2 },
      writes: { inputUsd: 1, cacheWriteUsd: 1.25, outputUsd: 2 },
      constructor: { maxOutput: 1 },
    });
    expect(parseModels(text, 'models.json')).toEqual({
      models: new Map<string, object>([
        ['nothing', {}],
        ['limits', { contextWindow: 10, maxOutput: 9 }],
        ['price', { price: { inputUsd: 1, cachedInputUsd: 0.5, outputUsd: 2 } }],
        ['writes', { price: { inputUsd: 1, cachedInputUsd: 1, cacheWriteUsd: 1.25, outputUsd: 2 } }],
        ['constructor', { maxOutput: 1 }],
      ]),
      faults: [],
    });
  });

  test('prices cached input like other input unless it has a price of its own', () => {
    expect(parseModels('{"m": {"inputUsd": 1, "outputUsd": 0}}', 'f').models.get('m')).toEqual({
      price: { inputUsd: 1, cachedInputUsd: 1, outputUsd: 0 },
    });
  });

  test.each([
    ['[]', 'the top level must be a JSON object of models by name'],
    ['{"m": null}', 'm must be a JSON object'],
    ['{"m": {"context": 1, "price": 2}}', 'm has unknown fields: context, price'],
    ['{"m": {"contextWindow": "8k"}}', 'm.contextWindow must be a whole number of tokens from 1 to 100000000'],
    ['{"m": {"contextWindow": 8.5}}', 'm.contextWindow must be a whole number of tokens from 1 to 100000000'],
    ['{"m": {"maxOutput": 0}}', 'm.maxOutput must be a whole number of tokens from 1 to 100000000'],
    ['{"m": {"maxOutput": 1e9}}', 'm.maxOutput must be a whole number of tokens from 1 to 100000000'],
    [
      '{"m": {"contextWindow": 8, "maxOutput": 8}}',
      'm.maxOutput must be less than contextWindow, which holds the prompt as well',
    ],
    ['{"m": {"inputUsd": -1, "outputUsd": 1}}', 'm.inputUsd must be a number of US dollars from 0 to 100000'],
    [
      '{"m": {"inputUsd": 1, "cachedInputUsd": true, "outputUsd": 1}}',
      'm.cachedInputUsd must be a number of US dollars from 0 to 100000',
    ],
    ['{"m": {"inputUsd": 1}}', 'm must have both inputUsd and outputUsd, or no price'],
    ['{"m": {"outputUsd": 1}}', 'm must have both inputUsd and outputUsd, or no price'],
    ['{"m": {"cacheWriteUsd": 1}}', 'm must have both inputUsd and outputUsd, or no price'],
    ['{"m": {"cachedInputUsd": 1}}', 'm must have both inputUsd and outputUsd, or no price'],
  ])('%s: %s', (text, problem) => {
    expect(problems(text)).toEqual([`in models.json, ${problem}`]);
  });

  test('has all its faults reported', () => {
    expect(problems('{"a": {"maxOutput": "x", "inputUsd": "x"}, "b": 1}')).toEqual([
      'in models.json, a.maxOutput must be a whole number of tokens from 1 to 100000000',
      'in models.json, a.inputUsd must be a number of US dollars from 0 to 100000',
      'in models.json, b must be a JSON object',
    ]);
  });

  test('that is not JSON is reported with the line, and never quoted', () => {
    expect(problems('{\n  "m": {\n    "maxOutput": 8,\n  }\n}')).toEqual(['the file models.json is not JSON (line 4)']);
    expect(problems('sk-hush')).toEqual(['the file models.json is not JSON']);
  });
});
