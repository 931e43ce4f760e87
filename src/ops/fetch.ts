/**
 * `fetch` for clients that take one, on undici's `request`: a fifth of the CPU time, since no web streams are made. The
 * body is a Node stream, which is an async iterable of bytes as well. Nothing is decompressed.
 */
import { Agent, type Dispatcher, interceptors, request } from 'undici';

type Received = Readonly<Record<string, string | string[] | undefined>>;

/** `Headers` of a response, as far as they are used: Node's own checks and copies each. */
class PlainHeaders {
  constructor(private readonly received: Received) {}

  get(name: string): string | null {
    const value = this.received[name.toLowerCase()];
    return value === undefined ? null : String(value);
  }

  *entries(): Generator<[string, string]> {
    for (const [name, value] of Object.entries(this.received)) if (value !== undefined) yield [name, String(value)];
  }

  [Symbol.iterator](): Generator<[string, string]> {
    return this.entries();
  }
}

/** What Slack's and OpenAI's clients, and this program, use of a response. */
interface PlainResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly headers: PlainHeaders;
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
      headers: plainHeaders(headers),
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
      headers: new PlainHeaders(received),
      body: stream,
      text: () => stream.text(),
      json: () => stream.json(),
    };
  };
  return send as unknown as typeof fetch;
}

function plainHeaders(headers: RequestInit['headers']): Record<string, string> {
  if (!headers) return {};
  const entries = Symbol.iterator in headers ? (headers as Iterable<[string, string]>) : Object.entries(headers);
  return Object.fromEntries(entries) as Record<string, string>;
}
