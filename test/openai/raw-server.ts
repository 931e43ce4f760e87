import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RawRequest {
  url: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
  /** Resolves when the response is closed: the client has disconnected, or has the whole answer. */
  closed: Promise<void>;
}

/** Responds to one request. A response left open simulates a stall. */
export type Say = (response: ServerResponse) => void;

/** A model server that sends exactly the bytes it is told to: one `Say` per request, then the last one again. */
export class RawServer {
  readonly requests: RawRequest[] = [];
  #says: Say[] = [];
  readonly #server = createServer((incoming, response) => {
    void this.#answer(incoming, response);
  });

  static async start(): Promise<RawServer> {
    const raw = new RawServer();
    raw.#server.listen(0, '127.0.0.1');
    await once(raw.#server, 'listening');
    return raw;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  says(...says: Say[]): void {
    this.requests.length = 0;
    this.#says = says;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const part of incoming) body += String(part);
    this.requests.push({
      url: incoming.url ?? '',
      headers: incoming.headers,
      body: JSON.parse(body) as Record<string, unknown>,
      closed: once(response, 'close').then(() => undefined),
    });
    const say = this.#says.length > 1 ? this.#says.shift() : this.#says[0];
    say?.(response);
  }
}

/** Part of an event stream. Object: an event. String: the raw data of one. `END`: the regular end. */
export type Part = object | string | typeof END;

export const END = Symbol('end of the stream');

/** An event stream of these parts; stays open without `END`. */
export function events(...parts: Part[]): Say {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    send(response, parts);
  };
}

/** These very words, at once and whole. */
export function plainBody(words: string, type = 'text/event-stream'): Say {
  return (response) => {
    response.writeHead(200, { 'content-type': type });
    response.end(words);
  };
}

function send(response: ServerResponse, parts: Part[]): void {
  // In one write: a client that has read the first part has received all of them.
  response.write(parts.map(encode).join(''));
  if (parts.at(-1) === END) response.end();
}

function encode(part: Part): string {
  if (part === END) return '';
  if (typeof part === 'string') return `data: ${part}\n\n`;
  const name = 'type' in part ? `event: ${String(part.type)}\n` : '';
  return `${name}data: ${JSON.stringify(part)}\n\n`;
}

/** A response that begins with `say`; then the test sends `more` parts, or breaks it with `cut`. */
export function held(say: Say): { say: Say; more: (...parts: Part[]) => Promise<void>; cut: () => Promise<void> } {
  let opened: (response: ServerResponse) => void;
  const open = new Promise<ServerResponse>((resolve) => {
    opened = resolve;
  });
  return {
    say: (response) => {
      say(response);
      opened(response);
    },
    more: async (...parts) => send(await open, parts),
    // Call it after the client has read the parts sent so far: they may be lost otherwise.
    cut: async () => void (await open).destroy(),
  };
}

export function refuses(status: number, error: unknown, headers: Record<string, string> = {}): Say {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ error }));
  };
}
