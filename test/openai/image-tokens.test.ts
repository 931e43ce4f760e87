import { expect, test } from '@jest/globals';
import { imageTokensOf, readsPdfs } from '../../src/openai/image-tokens.js';

/** https://developers.openai.com/api/docs/guides/images-vision */
test.each([
  ['gpt-4o', 768, 768, 85 + 4 * 170],
  ['gpt-4o-2024-08-06', 512, 512, 85 + 170],
  ['gpt-5', 2_048, 768, 70 + 8 * 140],
  ['gpt-4.1-mini', 1_024, 768, Math.ceil(1.62 * 32 * 24)],
  ['gpt-6-luna', 2_048, 768, 1_536],
  ['gpt-6-luna', 1, 1, 1],
])('%s counts a picture of %i by %i pixels as %i tokens', (model, width, height, tokens) => {
  expect(imageTokensOf({ model })?.(width, height)).toBe(tokens);
});

test('a model that nobody knows sees if the settings say so', () => {
  expect(imageTokensOf({ model: 'llava' })).toBeUndefined();
  expect(imageTokensOf({ model: 'llava', models: new Map([['llava', { vision: true }]]) })?.(64, 32)).toBe(2);
  expect(imageTokensOf({ model: 'gpt-4o', models: new Map([['gpt-4o', { vision: false }]]) })).toBeUndefined();
});

test.each([
  [{ model: 'gpt-6-luna' }, true],
  [{ model: 'gpt-4o-2024-08-06' }, true],
  [{ model: 'gpt-3.5' }, false],
  [{ model: 'gpt-6-luna', baseUrl: 'http://127.0.0.1:8000/v1' }, false],
  [{ model: 'own', baseUrl: 'http://127.0.0.1:8000/v1', models: new Map([['own', { pdf: true }]]) }, true],
  [{ model: 'gpt-6-luna', models: new Map([['gpt-6-luna', { pdf: false }]]) }, false],
])('whether a model reads PDFs itself: %j', (config, reads) => {
  expect(readsPdfs(config)).toBe(reads);
});
