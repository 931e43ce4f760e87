import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '../core/ports.js';
import type { Asset } from './assets.js';
import type { Feed } from './feed.js';
import type { Inspection } from './inspection.js';
import { readJson, rejectForeignRequests, rejectUpgrade, RequestError } from './request.js';

const HOST = '127.0.0.1';
/** Base to parse paths with; any value works. */
const ORIGIN = 'http://localhost';
const FEED_PATH = '/events';
/** Fits the largest file in base64. */
const MAX_FILE_BODY_BYTES = 28 * 1024 * 1024;

/** The page loads nothing from other hosts, and neither may text written by a model. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache',
};

export interface PageParts {
  readonly assets: ReadonlyMap<string, Asset>;
  /** Names of places that the page's address can begin with, see page/address.js. */
  readonly places: readonly string[];
  /** Request handlers by path name, see `Actions`. */
  readonly actions: Readonly<Record<string, (body: unknown) => Promise<object>>>;
  readonly feed: Feed;
  /** `thread`: `ts` of its root; undefined for a DM's top level. `run`: see `inspect`. Rejects with `RequestError`. */
  readonly inspect: (channel: string, thread: string | undefined, run: string | undefined) => Promise<Inspection>;
  /** For a file. Rejects with `RequestError`. */
  readonly exported: (channel: string, thread: string | undefined) => Promise<object>;
  /** A user's avatar, SVG; undefined for an unknown user. */
  readonly avatar: (user: string) => string | undefined;
  /** A file of a message; undefined for an unknown one. */
  readonly file: (id: string) => Asset | undefined;
  readonly logger: Logger;
}

/** Serves the page and its API, on 127.0.0.1 only. */
export class PageServer {
  readonly #server: Server;

  constructor(private readonly parts: PageParts) {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => this.#sendError(error, response));
    });
    this.#server.on('upgrade', (request, stream, head) => this.#upgrade(request, stream, head));
  }

  /** Resolves with the port: another free one when `port` is taken. Rejects when it cannot listen. */
  async listen(port: number): Promise<number> {
    try {
      return await this.#bind(port);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      return this.#bind(0);
    }
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.parts.feed.close();
      this.#server.closeAllConnections();
    });
  }

  #bind(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, HOST, () => {
        this.#server.off('error', reject);
        const address = this.#server.address();
        resolve(typeof address === 'object' && address ? address.port : port);
      });
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    rejectForeignRequests(request);
    const target = request.url ?? '/';
    if (!URL.canParse(target, ORIGIN)) throw new RequestError(400, `${target} is no path`);
    const { pathname, searchParams } = new URL(target, ORIGIN);
    const action = pathname.slice(1);
    const handle = Object.hasOwn(this.parts.actions, action) ? this.parts.actions[action] : undefined;
    if (handle) {
      checkMethod('POST', request);
      sendJson(
        response,
        200,
        await handle(await readJson(request, action === 'attach' ? MAX_FILE_BODY_BYTES : undefined)),
      );
      return;
    }
    const asset =
      this.parts.assets.get(this.#isPlace(pathname) ? '/' : pathname) ?? this.#avatar(pathname) ?? this.#file(pathname);
    if (!asset && pathname !== '/inspect' && pathname !== '/export')
      throw new RequestError(404, `there is nothing at ${pathname}`);
    checkMethod('GET', request);
    if (asset) {
      response.writeHead(200, { ...HEADERS, 'content-type': asset.type }).end(asset.content);
      return;
    }
    const [channel, thread] = [searchParams.get('channel') ?? '', searchParams.get('thread') || undefined];
    if (pathname === '/inspect')
      sendJson(response, 200, await this.parts.inspect(channel, thread, searchParams.get('run') || undefined));
    else sendFile(response, `skein-${thread ?? 'dm'}.json`, await this.parts.exported(channel, thread));
  }

  /** The feed's WebSocket. Browsers let any page open one to any host, and only send the page's `Origin`. */
  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    try {
      rejectForeignRequests(request);
      if (request.url !== FEED_PATH) throw new RequestError(404, `there is no socket at ${request.url ?? ''}`);
      this.parts.feed.open(request, stream, head);
    } catch (error) {
      rejectUpgrade(stream, this.#errorResponse(error));
    }
  }

  /** `/general`, `/general/<ts>`: the page itself reads them. */
  #isPlace(path: string): boolean {
    const [place = '', thread, ...rest] = path.slice(1).split('/');
    return rest.length === 0 && thread !== '' && this.parts.places.includes(place);
  }

  #avatar(path: string): Asset | undefined {
    const [, user] = /^\/avatars\/(\w+)\.svg$/.exec(path) ?? [];
    const picture = user === undefined ? undefined : this.parts.avatar(user);
    return picture === undefined ? undefined : { type: 'image/svg+xml', content: Buffer.from(picture) };
  }

  #file(path: string): Asset | undefined {
    const [, id] = /^\/files\/(\w+)$/.exec(path) ?? [];
    return id === undefined ? undefined : this.parts.file(id);
  }

  #sendError(error: unknown, response: ServerResponse): void {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // Do not wait for the rest of the request's body.
    response.setHeader('connection', 'close');
    const { status, message } = this.#errorResponse(error);
    sendJson(response, status, { error: message });
  }

  #errorResponse(error: unknown): { status: number; message: string } {
    if (error instanceof RequestError) return error;
    this.parts.logger.error({ err: error }, 'page request failed');
    return { status: 500, message: 'something went wrong; see the log' };
  }
}

/** Where GET is possible, HEAD is too: Node leaves the body out. */
function checkMethod(method: 'GET' | 'POST', request: IncomingMessage): void {
  if (method === 'GET' && request.method === 'HEAD') return;
  if (request.method !== method) throw new RequestError(405, `only ${method} is possible here`);
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { ...HEADERS, 'content-type': 'application/json; charset=utf-8' })
    .end(JSON.stringify(body));
}

/** Readable: it is kept, compared and edited. */
function sendFile(response: ServerResponse, name: string, body: object): void {
  response
    .writeHead(200, {
      ...HEADERS,
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="${encodeURIComponent(name)}"`,
    })
    .end(`${JSON.stringify(body, null, 2)}\n`);
}
