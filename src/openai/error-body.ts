/** The error in a server's body or event, in whichever form it comes. Pure. */
import { cutAt } from '../core/text.js';

/** In OpenAI's form, which the SDK's `APIError` takes. */
export interface ReportedError {
  message: string;
  code?: unknown;
  param?: unknown;
  type?: unknown;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** The upstream's own words, which OpenRouter passes on, may be long. */
const MAX_UPSTREAM_LENGTH = 500;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * `{error: …}` of OpenAI, in an array for Gemini, as one word for Ollama; `{object: 'error', …}` of vLLM and Mistral;
 * `{type: 'error', …}` in the Responses API; `{detail: …}` of FastAPI. Undefined if the body holds no error.
 */
export function errorIn(body: unknown): ReportedError | undefined {
  if (Array.isArray(body)) return errorIn(body[0]);
  if (!isObject(body)) return undefined;
  const { error, detail, status } = body;
  if (isObject(error)) return plain(error, status);
  if (error) return plain({ code: body['code'], message: error }, status);
  if (body['object'] === 'error' || body['type'] === 'error') return plain(body, status);
  return detail && !('choices' in body) ? plain({ message: detail }, status) : undefined;
}

/** The same for the body of a response whose status says that it is an error. */
export function errorInRefusal(body: unknown): ReportedError | undefined {
  return errorIn(body) ?? (isObject(body) && body['message'] ? plain(body, undefined) : undefined);
}

function plain(error: JsonObject, outerStatus: unknown): ReportedError {
  const { code, status, param, type, message, metadata } = error;
  const upstream = isObject(metadata) && typeof metadata['raw'] === 'string' ? metadata['raw'] : '';
  return {
    message: [words(message ?? error), cutAt(upstream, MAX_UPSTREAM_LENGTH)].filter(Boolean).join(': '),
    code: code ?? numeric(status) ?? numeric(outerStatus),
    param,
    type,
  };
}

function numeric(status: unknown): number | undefined {
  return typeof status === 'number' ? status : undefined;
}

/** FastAPI lists what is wrong and where. Its `input` is left out: it repeats what people wrote. */
function words(message: unknown): string {
  if (typeof message === 'string') return message;
  if (isObject(message) && message['detail']) return words(message['detail']);
  if (Array.isArray(message) && message.every(isObject))
    return message
      .map(({ loc, msg }) => [Array.isArray(loc) ? loc.join('.') : '', msg].filter(Boolean).join(': '))
      .join('; ');
  return JSON.stringify(message);
}
