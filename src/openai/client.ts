/** The SDK's client, and the secrets that no log or error may show. */
import { type APIPromise, OpenAI } from 'openai';
import type { OpenAiConfig } from '../config/config.js';
import { errorInRefusal } from './error-body.js';
import { type ServerEvent, serverEvents, webPage } from './server-events.js';

/** A shorter value is a common word, not a secret. */
const SHORTEST_SECRET = 8;

export function clientFor(config: OpenAiConfig, fetchModel: typeof fetch = fetch): OpenAI {
  return new OpenAI({
    // The SDK requires a key. A server without keys gets no Authorization header, and Azure its own.
    apiKey: config.apiKey ?? 'none',
    baseURL: config.baseUrl ?? null,
    defaultHeaders: { ...(config.apiKey === undefined && { Authorization: null }), ...config.headers },
    defaultQuery: config.query,
    timeout: config.timeoutMs,
    fetch: async (url, init) => withPlainError(await fetchModel(url, init)),
    // The SDK's retries wait out any Retry-After and cannot be aborted meanwhile.
    maxRetries: 0,
    // The SDK would print chunks that it cannot parse, and with them what people wrote.
    logLevel: 'off',
    // Only the config reads the environment.
    organization: null,
    project: null,
    adminAPIKey: null,
  });
}

/** Headers and query arguments may hold keys too, as for Azure. */
export function secretsOf({ apiKey, headers, query }: OpenAiConfig): string[] {
  const values = [apiKey ?? '', ...Object.values(headers), ...Object.values(query)];
  return values.filter((value) => value.length >= SHORTEST_SECRET);
}

/** The answer to a request. Throws `NotAStream` if a web page comes back. */
export async function eventsOf(request: APIPromise<unknown>): Promise<AsyncIterable<ServerEvent>> {
  const response = await request.asResponse();
  if (response.headers.get('content-type')?.includes('text/html')) throw webPage(response);
  return serverEvents(response);
}

/** The SDK only understands errors in OpenAI's form, and drops what other servers say. */
async function withPlainError(response: Response): Promise<Response> {
  if (response.status < 400) return response;
  // The status tells enough if the connection breaks now.
  const body = await response.text().catch(() => '');
  const error = errorInRefusal(parsed(body));
  const { status, statusText, headers } = response;
  return new Response(error ? JSON.stringify({ error }) : body, { status, statusText, headers });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
