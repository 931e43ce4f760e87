/** Chat Completions, which OpenAI and every compatible server speak. */
import type { OpenAI } from 'openai';
import type { ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { CompletionUsage } from 'openai/resources/completions';
import type { OpenAiConfig } from '../config/config.js';
import type { FinishReason, Usage } from '../core/ports.js';
import { streamOf } from './client.js';
import { chatParams } from './params.js';
import type { Api, StreamPart } from './stream.js';

export function chatCompletions(client: OpenAI, config: OpenAiConfig): Api<ChatCompletionChunk> {
  return {
    open: (request, signal) => streamOf(client.chat.completions.create(chatParams(request, config), { signal })),
    read,
  };
}

function read({ choices, usage }: ChatCompletionChunk): StreamPart {
  const choice = choices?.[0];
  return {
    text: (choice?.delta?.content ?? '') + (choice?.delta?.refusal ?? ''),
    ...(isReasoning(choice?.delta) && { thinking: '' }),
    ...(choice?.finish_reason && { finishReason: finishReasonOf(choice.finish_reason) }),
    ...(usage && { usage: usageOf(usage) }),
  };
}

/** Other servers (DeepSeek, vLLM, Ollama, OpenRouter) stream raw reasoning, not a summary for people: it only shows that the model is working. */
function isReasoning(delta: object | undefined): boolean {
  const { reasoning_content: content, reasoning } = (delta ?? {}) as Record<string, unknown>;
  return Boolean(content || reasoning);
}

/** No tools are offered, so any other reason is an ordinary end. */
function finishReasonOf(finish: string): FinishReason {
  return finish === 'length' || finish === 'content_filter' ? finish : 'stop';
}

function usageOf(usage: CompletionUsage): Usage {
  return {
    promptTokens: usage.prompt_tokens,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
    completionTokens: usage.completion_tokens,
  };
}
