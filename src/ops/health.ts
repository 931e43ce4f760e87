/** Answers whoever watches the bot, over HTTP: `/healthz` while the process runs, `/readyz` while it can do its work. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { portProblem } from '../core/port-problem.js';
import type { Clock, Logger } from '../core/ports.js';
import { settlesWithin } from '../core/shutdown.js';

/** A check that takes longer counts as failed. Kubernetes gives a probe one second unless told otherwise. */
const CHECK_TIMEOUT_MS = 900;
/** For a client to send its request. */
const REQUEST_TIMEOUT_MS = 5_000;

/** True, or a promise that resolves to anything but false: in order. It may throw. */
export type HealthCheck = () => boolean | Promise<unknown>;

export interface HealthServer {
  /** Resolves when requests are answered. Throws an `Error` that names OPS_PORT. */
  listen(port: number): Promise<void>;
  /** From now on `/readyz` says that the process stops. */
  stopping(): void;
  close(): void;
}

/** `checks`: by the name that `/readyz` gives them. */
export function healthServer(
  checks: Readonly<Record<string, HealthCheck>>,
  clock: Clock,
  logger: Logger,
): HealthServer {
  let isStopping = false;
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    void answer(request, response);
  });
  // While it listens, for want of file descriptors for example: the next connection may be taken again.
  server.on('error', (error) => {
    if (server.listening) logger.debug({ err: error }, 'cannot accept a connection for a health check');
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?', 1)[0];
    if (path !== '/healthz' && path !== '/readyz') return send(response, 404, { status: 'not found' });
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return send(response, 405, { status: 'method not allowed' });
    }
    if (path === '/healthz') return send(response, 200, { status: 'ok' });
    const results = Object.fromEntries(
      await Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await stateOf(check)] as const)),
    );
    const isReady = !isStopping && Object.values(results).every((state) => state === 'up');
    const status = isStopping ? 'stopping' : isReady ? 'ready' : 'not ready';
    return send(response, isReady ? 200 : 503, { status, checks: results });
  }

  async function stateOf(check: HealthCheck): Promise<'up' | 'down'> {
    try {
      const result = Promise.resolve(check());
      return (await settlesWithin(CHECK_TIMEOUT_MS, result, clock)) && (await result) !== false ? 'up' : 'down';
    } catch {
      return 'down';
    }
  }

  return {
    listen: (port) =>
      new Promise((resolve, reject) => {
        const fail = (error: NodeJS.ErrnoException): void => reject(portProblem('OPS_PORT', port, error));
        server.once('error', fail);
        server.listen(port, () => {
          server.off('error', fail);
          resolve();
        });
      }),
    stopping() {
      isStopping = true;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Without a body for HEAD: Node leaves it out. One request a connection, so that none is left open. */
function send(response: ServerResponse, code: number, body: object): void {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store', connection: 'close' };
  response.writeHead(code, headers).end(`${JSON.stringify(body)}\n`);
}
