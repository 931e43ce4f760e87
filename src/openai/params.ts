/** What is asked of Chat Completions. Pure. */
import { createHash } from 'node:crypto';
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import { isOpenAi, type OpenAiConfig } from '../config.js';
import type { CompletionRequest } from '../conversation/ports.js';

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
    // Other servers may refuse what they do not know.
    ...(isOpenAi(config.baseUrl) && { prompt_cache_key: shortHash(request.conversation) }),
  };
}

function shortHash(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, HASH_LENGTH);
}
