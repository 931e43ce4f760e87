import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '../core/ports.js';
import type { Actions } from './actions.js';
import type { Asset } from './assets.js';
import type { Feed } from './feed.js';
import type { Inspection } from './inspection.js';
import { readJson, refuseStrangers, refuseUpgrade, RequestError } from './request.js';

const HOST = '127.0.0.1';
/** What paths are read against; which one does not matter. */
const ORIGIN = 'http://localhost';
const FEED = '/events';

/** The page needs nothing from elsewhere, and what a model writes shall load nothing either. */
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
  readonly actions: Actions;
  readonly feed: Feed;
  /** Of the thread with this root, or of a DM's top level. Rejects with `RequestError`. */
  readonly inspect: (channel: string, thread: string | undefined) => Promise<Inspection>;
  /** A person's picture, SVG; undefined for somebody unknown. */
  readonly avatar: (user: string) => string | undefined;
  readonly logger: Logger;
}

/** The page and what it asks for, on this machine only. */
export class PageServer {
  readonly #server: Server;

  constructor(private readonly parts: PageParts) {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => this.#refuse(error, response));
    });
    this.#server.on('upgrade', (request, stream, head) => this.#upgrade(request, stream, head));
  }

  /** Resolves with the port: another free one when `port` is taken. Rejects when none can be had. */
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
    refuseStrangers(request);
    const asked = request.url ?? '/';
    if (!URL.canParse(asked, ORIGIN)) throw new RequestError(400, `${asked} is no path`);
    const { pathname, searchParams } = new URL(asked, ORIGIN);
    const action = pathname.slice(1);
    if (isAction(action, this.parts.actions)) {
      allow('POST', request);
      sendJson(response, 200, await this.parts.actions[action](await readJson(request)));
      return;
    }
    const asset = this.parts.assets.get(pathname) ?? this.#avatar(pathname);
    if (!asset && pathname !== '/inspect') throw new RequestError(404, `there is nothing at ${pathname}`);
    allow('GET', request);
    if (asset) response.writeHead(200, { ...HEADERS, 'content-type': asset.type }).end(asset.content);
    else
      sendJson(
        response,
        200,
        await this.parts.inspect(searchParams.get('channel') ?? '', searchParams.get('thread') || undefined),
      );
  }

  /** The feed's WebSocket. A browser lets any page open one anywhere, and says only in `Origin` which page it is. */
  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    try {
      refuseStrangers(request);
      if (request.url !== FEED) throw new RequestError(404, `there is no socket at ${request.url ?? ''}`);
      this.parts.feed.open(request, stream, head);
    } catch (error) {
      refuseUpgrade(stream, this.#complaint(error));
    }
  }

  #avatar(path: string): Asset | undefined {
    const [, user] = /^\/avatars\/(\w+)\.svg$/.exec(path) ?? [];
    const picture = user === undefined ? undefined : this.parts.avatar(user);
    return picture === undefined ? undefined : { type: 'image/svg+xml', content: Buffer.from(picture) };
  }

  #refuse(error: unknown, response: ServerResponse): void {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // What is left of the request's body is not waited for.
    response.setHeader('connection', 'close');
    const { status, message } = this.#complaint(error);
    sendJson(response, status, { error: message });
  }

  #complaint(error: unknown): { status: number; message: string } {
    if (error instanceof RequestError) return error;
    this.parts.logger.error({ err: error }, 'a request of the page failed');
    return { status: 500, message: 'something went wrong; the log says what' };
  }
}

function isAction(name: string, actions: Actions): name is keyof Actions {
  return Object.hasOwn(actions, name);
}

function allow(method: 'GET' | 'POST', request: IncomingMessage): void {
  if (request.method !== method) throw new RequestError(405, `only ${method} is possible here`);
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { ...HEADERS, 'content-type': 'application/json; charset=utf-8' })
    .end(JSON.stringify(body));
}
