/** A proxy that is the only way to servers with made-up names: it alone knows at which port of this machine they are. */
import { once } from 'node:events';
import {
  createServer as createHttp,
  type IncomingMessage,
  request as httpRequest,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

const HOST = '127.0.0.1';

export interface Proxy {
  readonly port: number;
  /** What was asked for, such as `CONNECT slack.example:443` and `POST http://model.example/v1/chat/completions`. */
  readonly asked: string[];
  close(): void;
}

/** `ports`: by `name:port`. `credentials`: `user:password` that it wants. `noTunnelTo`: hosts for which it makes no tunnel. */
export async function startProxy(
  ports: Readonly<Record<string, number>>,
  credentials?: string,
  noTunnelTo: readonly string[] = [],
): Promise<Proxy> {
  const asked: string[] = [];
  const sockets = new Set<Duplex>();
  const isAllowed = ({ headers }: IncomingMessage): boolean =>
    credentials === undefined ||
    headers['proxy-authorization'] === `Basic ${Buffer.from(credentials).toString('base64')}`;

  const server = createHttp((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const { host, port, pathname, search } = new URL(request.url ?? '', 'http://none.example');
    const target = ports[`${host}${port ? '' : ':80'}`];
    if (!isAllowed(request)) response.writeHead(407).end();
    else if (target === undefined) response.writeHead(502).end();
    else passOn(request, response, target, `${pathname}${search}`);
  });
  server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    asked.push(`CONNECT ${request.url}`);
    sockets.add(client);
    const target = ports[request.url ?? ''];
    const refuse = (status: string): unknown => client.end(`HTTP/1.1 ${status}\r\n\r\n`);
    if (!isAllowed(request)) return refuse('407 Proxy Authentication Required');
    if (noTunnelTo.includes(request.url ?? '')) return refuse('403 Forbidden');
    if (target === undefined) return refuse('502 Bad Gateway');
    const way = connect(target, HOST, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      way.write(head);
      client.pipe(way).pipe(client);
    });
    return keepTogether(client, way, sockets);
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    close() {
      server.close();
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Passes a request on to a port of this machine, and its answer back as it comes. */
export function passOn(request: IncomingMessage, response: ServerResponse, port: number, path: string): void {
  const { method, headers } = request;
  const onward = httpRequest({ host: HOST, port, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}

export function keepTogether(one: Duplex, other: Socket, sockets: Set<Duplex>): void {
  for (const [socket, peer] of [
    [one, other],
    [other, one],
  ] as const) {
    sockets.add(socket);
    socket.on('error', () => peer.destroy());
    socket.on('close', () => peer.destroy());
  }
}
