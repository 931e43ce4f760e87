/** OpenAI's Responses API. Nothing is stored there: like Chat Completions, it gets the whole conversation each time. */
import { APIError, type OpenAI } from 'openai';
import type { Response } from 'openai/resources/responses/responses';
import type { OpenAiConfig } from '../config/config.js';
import type { FinishReason } from '../core/ports.js';
import { eventsOf } from './client.js';
import { isObject, type JsonObject } from './error-body.js';
import { responsesParams } from './params.js';
import { reportedFailure, UnknownApi } from './problems.js';
import type { RefusedOptions } from './refused-options.js';
import type { Api, StreamPart } from './stream.js';
import { usageOf } from './usage.js';

/** Status of an unknown address. */
const NO_SUCH_ADDRESS: ReadonlySet<number | undefined> = new Set([404, 405, 501]);

export function responses(client: OpenAI, config: OpenAiConfig, refused: RefusedOptions): Api {
  return {
    async open(request, signal) {
      const params = refused.leaveOut(responsesParams(request, config, config.reasoningEffort !== 'none'), request);
      try {
        return await eventsOf(client.responses.create(params, { signal }));
      } catch (error) {
        throw error instanceof APIError && isUnknownAddress(error) ? new UnknownApi(unknownAddress(error)) : error;
      }
    },
    reader() {
      const reader = new Reader();
      return (event) => reader.read(event);
    },
    learnFromRefusal: (error, request) => refused.learn(error, request),
  };
}

/** Reads one response. Events that it does not know say nothing. */
class Reader {
  /** Messages in which the model tells what it is about to do, by id and by index: some servers give only one of them. */
  readonly #commentary = new Set<unknown>();
  #spoken = false;

  read(event: JsonObject): StreamPart {
    // A whole response comes as itself.
    const { type = event['object'], delta, item, response } = event;
    switch (type) {
      case 'response.output_item.added':
        return this.#itemAdded(event, item);
      case 'response.output_text.delta':
      case 'response.refusal.delta':
        return this.#said(event, textOf(delta));
      case 'response.reasoning_summary_text.delta':
        return { thinking: textOf(delta) };
      case 'response.reasoning_summary_part.added':
        return { thinking: '\n\n' };
      case 'response.reasoning_text.delta':
        // Raw reasoning of open models, not a summary for people.
        return { thinking: '' };
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        return this.#ended(isObject(response) ? response : {}, type.slice('response.'.length));
      case 'response':
        return this.#ended(event, 'completed');
      default:
        return {};
    }
  }

  #itemAdded({ output_index: index }: JsonObject, item: unknown): StreamPart {
    if (!isObject(item) || !isCommentary(item)) return {};
    for (const key of [item['id'], index]) if (key !== undefined) this.#commentary.add(key);
    return { thinking: '\n\n' };
  }

  #said({ item_id: id, output_index: index }: JsonObject, text: string): StreamPart {
    if (this.#commentary.has(id) || this.#commentary.has(index)) return { thinking: text };
    this.#spoken ||= text !== '';
    return { text };
  }

  /** `status` is the event's, for servers that leave it out of the response. */
  #ended(response: JsonObject, status: string): StreamPart {
    const { error, incomplete_details: details, ...rest } = { status, ...response } as Partial<Response>;
    if (rest.status === 'failed') throw reportedFailure(error);
    const reason = details?.reason === 'content_filter' ? 'content_filter' : 'length';
    return {
      ...(!this.#spoken && { text: answerIn(rest.output) }),
      ...ending(rest.status === 'incomplete' ? reason : 'stop', rest),
    };
  }
}

/** The answer of a response of which no delta came. */
function answerIn(output: unknown): string {
  return objectsIn(output)
    .filter((item) => item['type'] === 'message' && !isCommentary(item))
    .flatMap(({ content }) => objectsIn(content))
    .map(({ text, refusal }) => textOf(text) + textOf(refusal))
    .join('');
}

function objectsIn(list: unknown): JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function isCommentary({ phase }: JsonObject): boolean {
  return phase === 'commentary';
}

function textOf(words: unknown): string {
  return typeof words === 'string' ? words : '';
}

function ending(finishReason: FinishReason, { usage }: Pick<Partial<Response>, 'usage'>): StreamPart {
  return { finishReason, ...(isObject(usage) && { usage: usageOf(usage) }) };
}

function isUnknownAddress({ status, code, message }: APIError): boolean {
  // A model that does not exist is named as such.
  return NO_SUCH_ADDRESS.has(status) && code !== 'model_not_found' && !/model|deployment/i.test(message);
}

function unknownAddress({ status }: APIError): string {
  return `${status} for /responses: the server does not seem to speak the Responses API. Set OPENAI_API=chat, which every server speaks; or is OPENAI_BASE_URL wrong?`;
}
