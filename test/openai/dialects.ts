/** The same stream events in the format of each API. */
import type { OpenAiConfig } from '../../src/config/config.js';
import type { FinishReason, Usage } from '../../src/core/ports.js';
import { END, type Part } from './raw-server.js';

export interface Dialect {
  api: OpenAiConfig['api'];
  /** Path below the base URL. */
  path: string;
  text: (words: string) => Part;
  refusal: (words: string) => Part;
  /** An event without text. */
  nothing: Part;
  /** An event that only shows that the model is thinking. */
  thinks: Part;
  /** The last events of an answer, and the end of the stream. */
  finish: (reason: FinishReason, usage?: Usage) => Part[];
  /** An error event in the stream. */
  fails: (error: { message: string; code?: string; type?: string }) => Part;
}

/** A chunk of Chat Completions. https://platform.openai.com/docs/api-reference/chat-streaming */
export function delta(content: object, finishReason: string | null = null): object {
  return { object: 'chat.completion.chunk', choices: [{ index: 0, delta: content, finish_reason: finishReason }] };
}

export const DONE = '[DONE]';

export const CHAT: Dialect = {
  api: 'chat',
  path: '/chat/completions',
  text: (content) => delta({ content }),
  refusal: (refusal) => delta({ refusal }),
  nothing: delta({ role: 'assistant', content: '' }),
  thinks: delta({ reasoning_content: 'Hm.' }),
  finish: (reason, usage) => [
    delta({}, reason),
    ...(usage ? [{ choices: [], usage: chatUsage(usage) }] : []),
    DONE,
    END,
  ],
  fails: (error) => ({ error }),
};

function chatUsage({ promptTokens, cachedTokens, cacheWriteTokens, completionTokens }: Usage): object {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens, cache_write_tokens: cacheWriteTokens },
  };
}

/** https://platform.openai.com/docs/api-reference/responses-streaming */
export const RESPONSES: Dialect = {
  api: 'responses',
  path: '/responses',
  text: (words) => ({
    type: 'response.output_text.delta',
    delta: words,
    item_id: 'msg_1',
    output_index: 1,
    content_index: 0,
  }),
  refusal: (words) => ({
    type: 'response.refusal.delta',
    delta: words,
    item_id: 'msg_1',
    output_index: 1,
    content_index: 0,
  }),
  nothing: { type: 'response.created', response: { object: 'response', status: 'in_progress', output: [] } },
  thinks: { type: 'response.reasoning_text.delta', delta: 'Hm.', item_id: 'rs_1', output_index: 0, content_index: 0 },
  finish: (reason, usage) => [ending(reason, usage), END],
  fails: ({ message, code = null }) => ({ type: 'error', message, code, param: null }),
};

function ending(reason: FinishReason, usage: Usage | undefined): object {
  const status = reason === 'stop' ? 'completed' : 'incomplete';
  const details = reason === 'stop' ? null : { reason: reason === 'length' ? 'max_output_tokens' : reason };
  const response = {
    object: 'response',
    status,
    error: null,
    incomplete_details: details,
    ...(usage && { usage: responsesUsage(usage) }),
  };
  return { type: `response.${status}`, response };
}

function responsesUsage({ promptTokens, cachedTokens, cacheWriteTokens, completionTokens }: Usage): object {
  return {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: cachedTokens, cache_write_tokens: cacheWriteTokens },
    output_tokens: completionTokens,
  };
}
