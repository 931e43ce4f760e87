/** Parameters of the request to the model's service. Pure. */
import { createHash } from 'node:crypto';
import type {
  ChatCompletionContentPart,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import type {
  EasyInputMessage,
  ResponseCreateParamsStreaming,
  ResponseInputContent,
} from 'openai/resources/responses/responses';
import type { OpenAiConfig } from '../config/config.js';
import { isOpenAi } from '../config/openai-address.js';
import { type ContentPart, type DocumentPart, type ImagePart, textOf } from '../core/content.js';
import type { CompletionRequest, PromptMessage } from '../core/ports.js';
import { isMarked, type MarkedPart, withBreakpoints } from './breakpoints.js';
import { alternating } from './messages.js';
import { hasCacheBreakpoints } from './models.js';

/** Hexadecimal digits. OpenAI accepts a `prompt_cache_key` of up to 64. */
const HASH_LENGTH = 32;

/**
 * What a server refuses of it is left out the next time (`options.ts`). `max_completion_tokens` goes to every server: OpenAI's and Azure's reasoning models refuse the older `max_tokens`,
 * vLLM, LiteLLM and llama.cpp know both. Ollama ignores it (https://github.com/ollama/ollama/issues/7125).
 */
export function chatParams(request: CompletionRequest, config: OpenAiConfig): ChatCompletionCreateParamsStreaming {
  return {
    model: config.model,
    messages: messagesFor(request, config).map(chatMessage),
    stream: true,
    stream_options: { include_usage: true },
    ...(config.temperature !== undefined && { temperature: config.temperature }),
    ...(config.maxOutputTokens !== undefined && { max_completion_tokens: config.maxOutputTokens }),
    ...(config.reasoningEffort !== undefined && { reasoning_effort: config.reasoningEffort }),
    ...(config.verbosity !== undefined && { verbosity: config.verbosity }),
    ...cacheOptions(request, config),
    ...safetyIdentifier(request, config),
  };
}

/**
 * The messages are the same as for Chat Completions, system messages included, so the prompt cache sees the same beginning.
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
    input: messagesFor(request, config).map(inputMessage),
    stream: true,
    store: false,
    ...(config.temperature !== undefined && { temperature: config.temperature }),
    ...(config.maxOutputTokens !== undefined && { max_output_tokens: config.maxOutputTokens }),
    ...(Object.keys(reasoning).length > 0 && { reasoning }),
    ...(config.verbosity !== undefined && { text: { verbosity: config.verbosity } }),
    ...cacheOptions(request, config),
    ...safetyIdentifier(request, config),
  };
}

/** Only people's messages have several parts. */
function chatMessage({ role, content }: PromptMessage): ChatCompletionMessageParam {
  if (role !== 'user' || typeof content === 'string') return { role, content: textOf(content) };
  return {
    role,
    content: content.flatMap((part) => [...attachmentIn(part), { type: 'text' as const, ...textIn(part) }]),
  };
}

function inputMessage({ role, content }: PromptMessage): EasyInputMessage {
  if (role !== 'user' || typeof content === 'string') return { role, content: textOf(content) };
  return {
    role,
    content: content.flatMap((part) => [...inputAttachmentIn(part), { type: 'input_text' as const, ...textIn(part) }]),
  };
}

/** A breakpoint stands behind the text, which stands behind the picture or document. */
function textIn(part: MarkedPart): { text: string } {
  return { text: part.text, ...breakpointBehind(part) };
}

function attachmentIn(part: ContentPart): ChatCompletionContentPart[] {
  if (part.type === 'text') return [];
  const address = addressOf(part);
  if (part.type === 'image') return [{ type: 'image_url', image_url: { url: address, detail: 'high' } }];
  return [{ type: 'file', file: { filename: part.name, file_data: address } }];
}

function inputAttachmentIn(part: ContentPart): ResponseInputContent[] {
  if (part.type === 'text') return [];
  const address = addressOf(part);
  if (part.type === 'image') return [{ type: 'input_image', image_url: address, detail: 'high' }];
  return [{ type: 'input_file', filename: part.name, file_data: address }];
}

function addressOf({ type, data }: ImagePart | DocumentPart): string {
  return `data:${type === 'image' ? 'image/jpeg' : 'application/pdf'};base64,${data}`;
}

function messagesFor({ messages, uncached }: CompletionRequest, config: OpenAiConfig): PromptMessage[] {
  return hasCacheBreakpoints(config) && !uncached ? withBreakpoints(messages) : alternating(messages);
}

/** As in version 7 of the SDK, whose types know it. */
function breakpointBehind(part: MarkedPart): { prompt_cache_breakpoint?: { mode: 'explicit' } } {
  return isMarked(part) ? { prompt_cache_breakpoint: { mode: 'explicit' } } : {};
}

interface CacheOptions {
  prompt_cache_key?: string;
  /**
   * `implicit`: OpenAI sets a breakpoint behind the newest message too. `explicit`: it does not, and without any other the
   * prompt is not cached. `ttl`: the longer one, 12h, doubles the price of writing.
   */
  prompt_cache_options?: { mode: 'implicit' | 'explicit'; ttl: '30m' };
}

/** Only for OpenAI: other servers may refuse arguments that they do not know. */
function cacheOptions({ conversation, uncached }: CompletionRequest, config: OpenAiConfig): CacheOptions {
  return {
    ...(isOpenAi(config.baseUrl) && { prompt_cache_key: shortHash(conversation) }),
    ...(hasCacheBreakpoints(config) && {
      prompt_cache_options: { mode: uncached ? 'explicit' : 'implicit', ttl: '30m' },
    }),
  };
}

/** With it OpenAI can refuse one person instead of everybody. https://developers.openai.com/api/docs/guides/safety-best-practices */
function safetyIdentifier({ asker }: CompletionRequest, { baseUrl }: OpenAiConfig): { safety_identifier?: string } {
  return asker !== undefined && isOpenAi(baseUrl) ? { safety_identifier: asker } : {};
}

function shortHash(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, HASH_LENGTH);
}
