/**
 * `fetch` for clients that take one, on undici's `request`: a fifth of the CPU time, since no web streams are made. The
 * body is a Node stream, which is an async iterable of bytes as well. Nothing is decompressed.
 */
import type { Readable } from 'node:stream';
import { Agent, type Dispatcher, request } from 'undici';

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

/** How a response's body is read in parts. */
export type BodyOf = (stream: Readable) => AsyncIterable<Uint8Array>;

const asItComes: BodyOf = (stream) => stream;

const MAX_REDIRECTIONS = 5;
const REDIRECTS = new Set([301, 302, 307, 308]);
/** Its callers limit their waits themselves. */
const NO_LIMIT = { headersTimeout: 0, bodyTimeout: 0 } as const;

/** Follows redirects on the same host, to https for example. Another host must get neither keys nor what people wrote. */
export function redirectedFetch(dispatcher: Dispatcher = new Agent(), bodyOf?: BodyOf): typeof fetch {
  const send = plainFetch(dispatcher, bodyOf);
  const follow = async (url: string | URL, init?: RequestInit): Promise<Response> => {
    let at = new URL(url);
    for (let left = MAX_REDIRECTIONS; ; left -= 1) {
      const response = await send(at, init);
      const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null;
      if (location === null || left === 0) return response;
      const next = new URL(location, at);
      if (next.hostname !== at.hostname || (at.protocol === 'https:' && next.protocol !== 'https:')) return response;
      // Read to its end: then the connection can be used again.
      await response.text();
      at = next;
    }
  };
  return follow as typeof fetch;
}

export function plainFetch(dispatcher: Dispatcher = new Agent(), bodyOf: BodyOf = asItComes): typeof fetch {
  const send = async (url: string | URL, init: RequestInit = {}): Promise<PlainResponse> => {
    const { method = 'GET', signal } = init;
    const { headers, body } = init.body instanceof FormData ? await encodedForm(init.body, init.headers) : init;
    const {
      statusCode,
      headers: received,
      body: stream,
    } = await request(url, {
      method,
      headers: plainHeaders(headers),
      body: body as string | Uint8Array,
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
      body: bodyOf(stream),
      text: () => stream.text(),
      json: () => stream.json(),
    };
  };
  return send as unknown as typeof fetch;
}

/** A form is Node's own, which undici's `request` does not take everywhere. */
async function encodedForm(
  form: FormData,
  headers: RequestInit['headers'],
): Promise<{ headers: Record<string, string>; body: Uint8Array }> {
  const encoded = new Response(form);
  const type = encoded.headers.get('content-type') ?? '';
  return {
    headers: { ...plainHeaders(headers), 'content-type': type },
    body: Buffer.from(await encoded.arrayBuffer()),
  };
}

function plainHeaders(headers: RequestInit['headers']): Record<string, string> {
  // Nothing is decompressed here.
  const plain = { 'accept-encoding': 'identity' };
  if (!headers) return plain;
  const entries = Symbol.iterator in headers ? (headers as Iterable<[string, string]>) : Object.entries(headers);
  return { ...Object.fromEntries(entries), ...plain };
}
