import { expect, it } from '@jest/globals';
import type { OpenAiConfig } from '../../src/config.js';
import { chatParams } from '../../src/openai/params.js';

const config: OpenAiConfig = { model: 'm', headers: {}, query: {}, timeoutMs: 1, idleTimeoutMs: 1 };

function cacheKey(conversation: string, baseUrl?: string): string | null | undefined {
  const request = { messages: [], conversation, signal: new AbortController().signal };
  return chatParams(request, { ...config, ...(baseUrl !== undefined && { baseUrl }) }).prompt_cache_key;
}

it('OpenAI is told which conversation it is, by a hash that stays the same', () => {
  expect(cacheKey('T1:C1:1.1')).toMatch(/^[0-9a-f]{32}$/);
  expect(cacheKey('T1:C1:1.1')).toBe(cacheKey('T1:C1:1.1', 'https://eu.api.openai.com/v1'));
  expect(cacheKey('T1:C1:1.1')).not.toBe(cacheKey('T1:C1:1.2'));
});

it.each(['http://localhost:11434/v1', 'https://api.openai.com.example.org/v1', 'https://me.openai.azure.com/openai/v1'])(
  'another server is not: %s',
  (baseUrl) => {
    expect(cacheKey('T1:C1:1.1', baseUrl)).toBeUndefined();
  },
);
