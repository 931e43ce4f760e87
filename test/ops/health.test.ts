import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type HealthCheck, type HealthServer, healthServer } from '../../src/ops/health.js';
import { FakeClock } from '../support/clock.js';
import { RecordingLogger } from '../support/doubles.js';
import { freePort } from '../support/free-port.js';
import { serverOf } from '../support/server-of.js';

let port: number;
let server: HealthServer;
let clock: FakeClock;
let log: RecordingLogger;
let checks: Record<string, HealthCheck>;
beforeEach(async () => {
  clock = new FakeClock();
  log = new RecordingLogger();
  checks = { redis: async () => 'PONG', slack: () => true };
  port = await freePort();
  server = healthServer(checks, clock, log);
  await server.listen(port);
});
afterEach(() => server.close());

async function get(path: string, method = 'GET'): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
  const text = await response.text();
  return { status: response.status, body: text && (JSON.parse(text) as unknown) };
}

test('/healthz says that the process runs, whatever else is down', async () => {
  checks['redis'] = () => false;
  expect(await get('/healthz')).toEqual({ status: 200, body: { status: 'ok' } });
  expect(await get('/healthz?verbose=1')).toMatchObject({ status: 200 });
});

test('errors of the server while it listens do not end it', async () => {
  const listening = await serverOf(() => get('/healthz'));
  for (let n = 0; n < 3; n += 1) listening.emit('error', new Error('accept EMFILE'));
  expect(log.lines).toHaveLength(3);
  expect(await get('/healthz')).toMatchObject({ status: 200 });
});

test('/readyz says that all is in order', async () => {
  const body = { status: 'ready', checks: { redis: 'up', slack: 'up' } };
  expect(await get('/readyz')).toEqual({ status: 200, body });
});

describe('/readyz says what is down', () => {
  test.each<[string, HealthCheck]>([
    ['is down', () => false],
    ['is found to be down', async () => false],
    [
      'fails',
      () => {
        throw new Error('no');
      },
    ],
    ['fails later', () => Promise.reject(new Error('no'))],
  ])('if it %s', async (_, check) => {
    checks['redis'] = check;
    const body = { status: 'not ready', checks: { redis: 'down', slack: 'up' } };
    expect(await get('/readyz')).toEqual({ status: 503, body });
  });

  test('if it does not answer within a second', async () => {
    checks['slack'] = () => new Promise(() => {});
    const answer = get('/readyz');
    await clock.untilSleeping();
    await clock.advance(1_000);
    const body = { status: 'not ready', checks: { redis: 'up', slack: 'down' } };
    expect(await answer).toEqual({ status: 503, body });
  });
});

test('while the process stops it is not ready, and runs', async () => {
  server.stopping();
  expect(await get('/readyz')).toMatchObject({ status: 503, body: { status: 'stopping' } });
  expect(await get('/healthz')).toMatchObject({ status: 200 });
});

test.each([
  ['/healthz', 200],
  ['/readyz', 200],
  ['/', 404],
])('HEAD %s is answered as GET is, without a body', async (path, status) => {
  expect(await get(path, 'HEAD')).toEqual({ status, body: '' });
});

test.each([
  ['GET', '/', 404],
  ['GET', '/healthz/', 404],
  ['POST', '/slack/events', 404],
  ['POST', '/healthz', 405],
  ['DELETE', '/readyz', 405],
])('%s %s: %s', async (method, path, status) => {
  expect(await get(path, method)).toMatchObject({ status });
});

test('a port that is taken is named, with its setting', async () => {
  await expect(healthServer(checks, clock, log).listen(port)).rejects.toThrow(
    `OPS_PORT is ${port}, but another program is using it: choose another port`,
  );
});

test('closing does not wait for a client that says nothing', async () => {
  const client = connect(port, '127.0.0.1');
  await once(client, 'connect');
  client.write('GET /healthz HTTP/1.1\r\n');
  // Answered on a connection of its own: the other one has been taken by then.
  await get('/healthz');
  const closed = once(client, 'close');
  server.close();
  await closed;
});
