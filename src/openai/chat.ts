/** Chat Completions, which OpenAI and every compatible server speak. */
import type { OpenAI } from 'openai';
import type { OpenAiConfig } from '../config/config.js';
import { cutAt } from '../core/text.js';
import { eventsOf } from './client.js';
import { errorIn, isObject, type JsonObject } from './error-body.js';
import { finishReasonOf } from './finish-reasons.js';
import { chatParams } from './params.js';
import { BrokenStream, reportedFailure } from './problems.js';
import type { RefusedOptions } from './refused-options.js';
import type { Api, StreamPart } from './stream.js';
import { usageOf } from './usage.js';

/** Parts of a `content` that is a list: https://docs.mistral.ai/capabilities/reasoning. Others are not for people. */
const TEXT_PARTS: ReadonlySet<unknown> = new Set(['text', 'output_text', undefined]);
const THINKING_PARTS: ReadonlySet<unknown> = new Set(['thinking', 'reasoning']);

/** Raw reasoning in DeepSeek, vLLM, Ollama, OpenRouter and LiteLLM. */
const THINKING_FIELDS = ['reasoning_content', 'reasoning', 'reasoning_details', 'thinking', 'thinking_blocks'];

export function chatCompletions(client: OpenAI, config: OpenAiConfig, refused: RefusedOptions): Api {
  return {
    open: (request, signal) =>
      eventsOf(client.chat.completions.create(refused.leaveOut(chatParams(request, config), request), { signal })),
    reader() {
      let spoken = false;
      return (chunk) => {
        const part = read(chunk, spoken);
        spoken ||= Boolean(part.text);
        return part;
      };
    },
    learnFromRefusal: (error, request) => refused.learn(error, request),
  };
}

/** A whole completion has a `message` where a chunk has a `delta`; behind deltas it would repeat them. */
function read({ choices, usage }: JsonObject, spoken: boolean): StreamPart {
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const { delta, message, finish_reason: finish, error } = isObject(choice) ? choice : {};
  // OpenRouter's place for an error of the provider's.
  if (error) throw reportedFailure(errorIn({ error }));
  const said = delta ?? (spoken ? undefined : message);
  const { content, refusal, ...others } = isObject(said) ? said : {};
  const finishReason = finish ? finishReasonOf(finish) : undefined;
  if (finish && !finishReason)
    throw new BrokenStream(`the stream ended with the finish reason ${cutAt(JSON.stringify(finish), 50)}`);
  const thinks = isThinking(content) || THINKING_FIELDS.some((field) => isFilled(others[field]));
  return {
    text: textIn(content) + textIn(refusal),
    // Not a summary for people: it only shows that the model is working.
    ...(thinks && { thinking: '' }),
    ...(finishReason && { finishReason }),
    ...(isObject(usage) && { usage: usageOf(usage) }),
  };
}

function textIn(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map(textOfPart).join('');
}

function textOfPart(part: unknown): string {
  if (!isObject(part)) return typeof part === 'string' ? part : '';
  if (part['type'] === 'refusal') return textIn(part['refusal']);
  return TEXT_PARTS.has(part['type']) ? textIn(part['text']) : '';
}

function isThinking(content: unknown): boolean {
  return Array.isArray(content) && content.some((part) => isObject(part) && THINKING_PARTS.has(part['type']));
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}
