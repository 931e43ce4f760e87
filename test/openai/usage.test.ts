import { expect, test } from '@jest/globals';
import { usageOf } from '../../src/openai/usage.js';

const chat = { prompt_tokens: 20, completion_tokens: 3, total_tokens: 23 };
const counted = { promptTokens: 20, cachedTokens: 8, completionTokens: 3 };

test.each([
  ['OpenAI and OpenRouter', { ...chat, prompt_tokens_details: { cached_tokens: 8, cache_write_tokens: 5 } }],
  [
    'the Responses API',
    { input_tokens: 20, input_tokens_details: { cached_tokens: 8, cache_write_tokens: 5 }, output_tokens: 3 },
  ],
  ['LiteLLM', { ...chat, prompt_tokens_details: { cached_tokens: 8, cache_creation_tokens: 5 } }],
  ['LiteLLM for Anthropic', { ...chat, prompt_tokens_details: { cached_tokens: 8 }, cache_creation_input_tokens: 5 }],
  ['Alibaba', { ...chat, prompt_tokens_details: { cached_tokens: 8, cache_creation_input_tokens: 5 } }],
])('what is written to the cache is counted, as %s spells it', (_, usage) => {
  expect(usageOf(usage)).toEqual({ ...counted, cacheWriteTokens: 5 });
});

test('a service that writes nothing to its cache says so', () => {
  const details = { cached_tokens: 8, cache_write_tokens: 0 };
  expect(usageOf({ ...chat, prompt_tokens_details: details })).toEqual({ ...counted, cacheWriteTokens: 0 });
});

test.each([
  ['is missing', { cached_tokens: 8 }],
  ['is null', { cached_tokens: 8, cache_write_tokens: null }],
  ['is no count', { cached_tokens: 8, cache_write_tokens: -1 }],
])('what is written to the cache is unknown where it %s', (_, details) => {
  expect(usageOf({ ...chat, prompt_tokens_details: details })).toEqual(counted);
});
