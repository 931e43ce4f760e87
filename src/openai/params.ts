/** What is asked of the service. Pure. */
import { createHash } from 'node:crypto';
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import type { ResponseCreateParamsStreaming } from 'openai/resources/responses/responses';
import type { OpenAiConfig } from '../config/config.js';
import { isOpenAi } from '../config/openai-address.js';
import type { CompletionRequest } from '../core/ports.js';

/** Hexadecimal digits; OpenAI takes a `prompt_cache_key` of 64 at most. */
const HASH_LENGTH = 32;

/**
 * `max_completion_tokens` goes to every server: OpenAI's and Azure's reasoning models refuse the older `max_tokens`,
 * vLLM, LiteLLM and llama.cpp know both. Ollama overlooks it (https://github.com/ollama/ollama/issues/7125).
 */
export function chatParams(request: CompletionRequest, config: OpenAiConfig): ChatCompletionCreateParamsStreaming {
  return {
    model: config.model,
    messages: request.messages,
    stream: true,
    stream_options: { include_usage: true },
    ...(config.temperature !== undefined && { temperature: config.temperature }),
    ...(config.maxOutputTokens !== undefined && { max_completion_tokens: config.maxOutputTokens }),
    ...(config.reasoningEffort !== undefined && { reasoning_effort: config.reasoningEffort }),
    ...cacheKey(request, config),
  };
}

/**
 * The messages are the same list, the system's in it and not in `instructions`: so both APIs' caches meet the same
 * beginning, and a note of the system's may stand anywhere.
 */
export function responsesParams(
  request: CompletionRequest,
  config: OpenAiConfig,
  summaries: boolean,
): ResponseCreateParamsStreaming {
  const { reasoningEffort: effort } = config;
  const reasoning = { ...(effort !== undefined && { effort }), ...(summaries && { summary: 'auto' as const }) };
  return {
    model: config.model,
    input: request.messages,
    stream: true,
    store: false,
    ...(config.temperature !== undefined && { temperature: config.temperature }),
    ...(config.maxOutputTokens !== undefined && { max_output_tokens: config.maxOutputTokens }),
    ...(Object.keys(reasoning).length > 0 && { reasoning }),
    ...cacheKey(request, config),
  };
}

/** For OpenAI alone: other servers may refuse what they do not know. */
function cacheKey({ conversation }: CompletionRequest, { baseUrl }: OpenAiConfig): { prompt_cache_key?: string } {
  return isOpenAi(baseUrl) ? { prompt_cache_key: shortHash(conversation) } : {};
}

function shortHash(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, HASH_LENGTH);
}
