import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ApiProxy } from '../../chaos/environment/proxy.js';

let api: Server;
let proxy: ApiProxy;
let url: string;
/** What happened, in order. */
let log: string[];

beforeEach(async () => {
  log = [];
  api = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += String(part);
    });
    request.on('end', () => {
      log.push(`${request.method} ${request.url} ${body}`);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
    });
  }).listen(0, '127.0.0.1');
  await once(api, 'listening');
  proxy = new ApiProxy(`http://127.0.0.1:${(api.address() as AddressInfo).port}/api/`);
  url = await proxy.start();
});
afterEach(() => {
  proxy.stop();
  api.closeAllConnections();
  api.close();
});

const call = (body: string): Promise<Response> => fetch(`${url}chat.postMessage`, { method: 'POST', body });

test('passes calls on', async () => {
  const response = await call('text=1');
  expect(await response.json()).toEqual({ ok: true });
  expect(log).toEqual(['POST /api/chat.postMessage text=1']);
});

test('lets calls hang until the stall is over', async () => {
  const over = proxy.stall('hang', 50).then(() => log.push('over'));
  const response = await call('text=1');
  await over;
  expect(response.status).toBe(200);
  expect(log).toEqual(['over', 'POST /api/chat.postMessage text=1']);
});

test('drops a call whose client has given up meanwhile', async () => {
  const over = proxy.stall('hang', 100);
  const given = new AbortController();
  const lost = fetch(`${url}chat.postMessage`, { method: 'POST', body: 'text=1', signal: given.signal });
  given.abort();
  await expect(lost).rejects.toThrow();
  await over;
  await call('text=2');
  expect(log).toEqual(['POST /api/chat.postMessage text=2']);
});

test('answers half of the calls with a page, and Slack gets half of these', async () => {
  void proxy.stall('page', 60_000);
  const statuses: number[] = [];
  for (let n = 1; n <= 4; n += 1) {
    const response = await call(`text=${n}`);
    statuses.push(response.status);
    if (response.status === 502) expect(response.headers.get('content-type')).toBe('text/html');
  }
  expect(statuses).toEqual([502, 200, 502, 200]);
  expect(log.map((line) => line.slice(-1))).toEqual(['2', '3', '4']);
});
