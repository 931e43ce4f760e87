/** The SDK's client as the bot wants it, and what no log or error may show. */
import { type APIPromise, OpenAI } from 'openai';
import type { OpenAiConfig } from '../config/config.js';
import { NotAStream } from './problems.js';

/** What is shorter is no secret, but a word that messages are full of. */
const SHORTEST_SECRET = 8;

export function clientFor(config: OpenAiConfig): OpenAI {
  return new OpenAI({
    // The SDK wants a key; a server without keys gets no Authorization at all, and Azure its own header.
    apiKey: config.apiKey ?? 'none',
    baseURL: config.baseUrl ?? null,
    defaultHeaders: { ...(config.apiKey === undefined && { Authorization: null }), ...config.headers },
    defaultQuery: config.query,
    timeout: config.timeoutMs,
    // The SDK's own retries sleep through any Retry-After and cannot be aborted then.
    maxRetries: 0,
    // It would write chunks that it cannot read, which are what people wrote, to the console.
    logLevel: 'off',
    // Not from the environment, which only the config reads.
    organization: null,
    project: null,
    adminAPIKey: null,
  });
}

/** Headers and query arguments hold keys too, Azure's for one. */
export function secretsOf({ apiKey, headers, query }: OpenAiConfig): string[] {
  const values = [apiKey ?? '', ...Object.values(headers), ...Object.values(query)];
  return values.filter((value) => value.length >= SHORTEST_SECRET);
}

/** The stream that a request asked for. Throws `NotAStream` when a web page comes. */
export async function streamOf<Chunk>(request: APIPromise<AsyncIterable<Chunk>>): Promise<AsyncIterable<Chunk>> {
  const { data, response } = await request.withResponse();
  const type = response.headers.get('content-type') ?? '';
  if (type.includes('text/html')) {
    throw new NotAStream(`a web page (${type}) came instead of a stream: is OPENAI_BASE_URL right?`);
  }
  return data;
}
