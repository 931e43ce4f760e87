/** A server in front of the simulated Slack, or of another server, that makes it look like one with a name, over TLS or not. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttp, request as httpRequest } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { serverCertificate } from './certificates.js';
import { keepTogether, passOn } from './proxy.js';

const HOST = '127.0.0.1';

export interface Front {
  readonly port: number;
  close(): void;
}

/** In front of `port`. `socketUrl`: what replaces the beginning of the addresses that Slack gives for sockets. */
export async function startFront(port: number, secure: boolean, socketUrl?: string): Promise<Front> {
  const sockets = new Set<Duplex>();
  const { cert, key } = serverCertificate('server');
  const server = secure ? createHttps({ cert: readFileSync(cert), key: readFileSync(key) }) : createHttp();
  server.on('request', (request, response) => {
    const path = request.url ?? '/';
    if (socketUrl === undefined || !path.endsWith('apps.connections.open')) {
      passOn(request, response, port, path);
      return;
    }
    const { method, headers } = request;
    const onward = httpRequest({ host: HOST, port, method, path, headers }, (answer) => {
      let body = '';
      answer.on('data', (part) => {
        body += String(part);
      });
      answer.on('end', () => {
        response.writeHead(answer.statusCode ?? 502, { 'content-type': 'application/json' });
        response.end(body.replace(`ws://${HOST}:${port}`, socketUrl));
      });
    });
    request.pipe(onward);
  });
  server.on('upgrade', (request, client, head) => {
    const way = connect(port, HOST, () => {
      const headers = request.rawHeaders.map((text, at) => (at % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
      way.write(`GET ${request.url} HTTP/1.1\r\n${headers}\r\n`);
      way.write(head);
      client.pipe(way).pipe(client);
    });
    keepTogether(client, way, sockets);
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
    },
  };
}
