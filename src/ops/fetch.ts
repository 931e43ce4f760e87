/**
 * `fetch` for clients that take one, on undici's `request`: a fifth of the CPU time, since no web streams are made. The
 * body is a Node stream, which is an async iterable of bytes as well. Nothing is decompressed.
 */
import { Agent, type Dispatcher, interceptors, request } from 'undici';

/** What Slack's and OpenAI's clients, and this program, use of a response. */
interface PlainResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: AsyncIterable<Uint8Array>;
  text(): Promise<string>;
  json(): Promise<unknown>;
}

const MAX_REDIRECTIONS = 5;
/** Its callers limit their waits themselves. */
const NO_LIMIT = { headersTimeout: 0, bodyTimeout: 0 } as const;

/** Follows redirects, as a model's server behind a proxy may need. `Authorization` does not leave the first server. */
export function redirectedFetch(dispatcher: Dispatcher = new Agent()): typeof fetch {
  return plainFetch(dispatcher.compose(interceptors.redirect({ maxRedirections: MAX_REDIRECTIONS })));
}

export function plainFetch(dispatcher: Dispatcher = new Agent()): typeof fetch {
  const send = async (url: string | URL, init: RequestInit = {}): Promise<PlainResponse> => {
    const { method = 'GET', headers, body, signal } = init;
    const {
      statusCode,
      headers: received,
      body: stream,
    } = await request(url, {
      method,
      headers: Object.fromEntries(new Headers(headers)),
      body: body as string,
      signal: signal ?? null,
      dispatcher,
      ...NO_LIMIT,
    });
    return {
      ok: statusCode >= 200 && statusCode < 300,
      status: statusCode,
      statusText: '',
      url: String(url),
      headers: new Headers(received as Record<string, string>),
      body: stream,
      text: () => stream.text(),
      json: () => stream.json(),
    };
  };
  return send as unknown as typeof fetch;
}
