/** OpenAI's Responses API. Nothing is stored there: like Chat Completions, it gets the whole conversation each time. */
import { APIError, type OpenAI } from 'openai';
import type { Response, ResponseStreamEvent } from 'openai/resources/responses/responses';
import type { OpenAiConfig } from '../config/config.js';
import type { FinishReason, Logger } from '../core/ports.js';
import { streamOf } from './client.js';
import { responsesParams } from './params.js';
import { BrokenStream, UnknownApi } from './problems.js';
import type { Api, StreamPart } from './stream.js';

/** Status of an unknown address. */
const NO_SUCH_ADDRESS: ReadonlySet<number | undefined> = new Set([404, 405, 501]);
/** Status of a refused argument; inside a stream there is none. */
const BAD_REQUEST: ReadonlySet<number | undefined> = new Set([400, 422, undefined]);

export function responses(client: OpenAI, config: OpenAiConfig, logger: Logger): Api<ResponseStreamEvent> {
  /**
   * Requested until refused: OpenAI makes summaries only for verified organizations, and refuses them for models that do
   * not reason. https://help.openai.com/en/articles/10910291-api-organization-verification
   */
  let summaries = config.reasoningEffort !== 'none';

  return {
    async open(request, signal) {
      try {
        return await streamOf(client.responses.create(responsesParams(request, config, summaries), { signal }));
      } catch (error) {
        throw error instanceof APIError && isUnknownAddress(error) ? new UnknownApi(unknownAddress(error)) : error;
      }
    },
    read,
    asksForLess(error) {
      if (!(error instanceof APIError) || !refusesSummaries(error, config)) return false;
      if (summaries)
        logger.warn(
          { status: error.status },
          'the service refuses reasoning summaries: what the model thinks is not shown',
        );
      summaries = false;
      return true;
    },
  };
}

function read(event: ResponseStreamEvent): StreamPart {
  const { type } = event;
  if (type === 'response.output_text.delta' || type === 'response.refusal.delta') return { text: event.delta };
  if (type === 'response.reasoning_summary_text.delta') return { thinking: event.delta };
  if (type === 'response.reasoning_summary_part.added') return { thinking: '\n\n' };
  // Raw reasoning of open models, not a summary for people.
  if (type === 'response.reasoning_text.delta') return { thinking: '' };
  if (type === 'response.completed') return ending('stop', event.response);
  if (type === 'response.incomplete') {
    return ending(
      event.response.incomplete_details?.reason === 'content_filter' ? 'content_filter' : 'length',
      event.response,
    );
  }
  if (type === 'response.failed') throw failure(event.response.error);
  if (type === 'error') throw failure(event);
  return {};
}

function ending(finishReason: FinishReason, { usage }: Response): StreamPart {
  if (!usage) return { finishReason };
  const { input_tokens: promptTokens, output_tokens: completionTokens } = usage;
  // Other servers leave the details out.
  return {
    finishReason,
    usage: { promptTokens, cachedTokens: usage.input_tokens_details?.cached_tokens ?? 0, completionTokens },
  };
}

/** An error told inside the stream, in the form in which the SDK throws those of a response. */
function failure(told: { code?: string | null; message?: string; param?: string | null } | null): Error {
  if (!told) return new BrokenStream('the response failed, and nothing says why');
  const { code, message, param } = told;
  return new APIError(undefined, { code, message, param }, undefined, undefined);
}

function isUnknownAddress({ status, code, message }: APIError): boolean {
  // A model that does not exist is named as such.
  return NO_SUCH_ADDRESS.has(status) && code !== 'model_not_found' && !/model|deployment/i.test(message);
}

function unknownAddress({ status }: APIError): string {
  return `${status} for /responses: the server does not seem to speak the Responses API. Set OPENAI_API=chat, which every server speaks; or is OPENAI_BASE_URL wrong?`;
}

function refusesSummaries({ status, param, message }: APIError, { reasoningEffort }: OpenAiConfig): boolean {
  const aboutReasoning = param?.startsWith('reasoning') || /reasoning summar|['"`]reasoning\b/i.test(message);
  const aboutEffort = reasoningEffort !== undefined && /effort/i.test(`${param} ${message}`);
  return BAD_REQUEST.has(status) && aboutReasoning && !aboutEffort;
}
