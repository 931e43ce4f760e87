/** The token counts that a server reports, in the names of both APIs and of compatible servers. Pure. */
import type { Usage } from '../core/ports.js';
import { isObject, type JsonObject } from './error-body.js';

/**
 * Tokens written to the prompt cache: `cache_write_tokens` of OpenAI and OpenRouter, the others of LiteLLM
 * (https://docs.litellm.ai/docs/completion/prompt_caching) and Alibaba (https://www.alibabacloud.com/help/en/model-studio/context-cache).
 */
const CACHE_WRITES = ['cache_write_tokens', 'cache_creation_tokens', 'cache_creation_input_tokens'];

/** Counts that are missing are 0, as Gemini leaves out what is zero; writes to the cache are unknown then. */
export function usageOf(usage: JsonObject): Usage {
  const details = usage['prompt_tokens_details'] ?? usage['input_tokens_details'];
  const places = [isObject(details) ? details : {}, usage];
  const written = places.flatMap((place) => CACHE_WRITES.map((name) => place[name])).find(isCount);
  return {
    promptTokens: firstCount(usage['prompt_tokens'], usage['input_tokens']),
    cachedTokens: firstCount(isObject(details) ? details['cached_tokens'] : undefined),
    ...(written !== undefined && { cacheWriteTokens: written }),
    completionTokens: firstCount(usage['completion_tokens'], usage['output_tokens']),
  };
}

function firstCount(...values: unknown[]): number {
  return values.find(isCount) ?? 0;
}

function isCount(value: unknown): value is number {
  // JSON's 1e999 is infinite.
  return Number.isFinite(value) && (value as number) >= 0;
}
