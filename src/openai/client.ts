/** The SDK's client, and the secrets that no log or error may show. */
import { type APIPromise, OpenAI } from 'openai';
import type { OpenAiConfig } from '../config/config.js';
import { NotAStream } from './problems.js';

/** A shorter value is a common word, not a secret. */
const SHORTEST_SECRET = 8;

export function clientFor(config: OpenAiConfig): OpenAI {
  return new OpenAI({
    // The SDK requires a key. A server without keys gets no Authorization header, and Azure its own.
    apiKey: config.apiKey ?? 'none',
    baseURL: config.baseUrl ?? null,
    defaultHeaders: { ...(config.apiKey === undefined && { Authorization: null }), ...config.headers },
    defaultQuery: config.query,
    timeout: config.timeoutMs,
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

/** The stream of a request. Throws `NotAStream` if a web page comes back. */
export async function streamOf<Chunk>(request: APIPromise<AsyncIterable<Chunk>>): Promise<AsyncIterable<Chunk>> {
  const { data, response } = await request.withResponse();
  const type = response.headers.get('content-type') ?? '';
  if (type.includes('text/html')) {
    throw new NotAStream(`a web page (${type}) came instead of a stream: is OPENAI_BASE_URL right?`);
  }
  return data;
}
