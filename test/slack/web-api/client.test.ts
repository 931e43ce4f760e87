import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { slackClient } from '../../../src/slack/web-api/client.js';
import { slackFailure } from '../../../src/slack/web-api/failure.js';
import { RecordingLogger } from '../../support/doubles.js';

/** A server that accepts every call, and answers `auth.test` alone. */
let server: Server;
let url: string;
beforeEach(async () => {
  server = createServer(({ url: path = '' }, response) => {
    if (path.endsWith('/auth.test')) response.end(JSON.stringify({ ok: true, user_id: 'U1' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
});
afterEach(async () => {
  jest.restoreAllMocks();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

test('hundreds of calls that never answer hold up no other', async () => {
  const client = slackClient('xoxb-1', url, new RecordingLogger());
  const over = Promise.allSettled(Array.from({ length: 150 }, (_, at) => client.users.info({ user: `U${at}` })));
  await expect(client.auth.test()).resolves.toMatchObject({ user_id: 'U1' });
  server.closeAllConnections();
  await over;
});

test('a call that never answers is given up after fifteen seconds: it may have happened', async () => {
  // What an earlier test file of this worker still calls is seen here too.
  const limits = new Set<number>();
  jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    limits.add(ms);
    const late = new AbortController();
    server.once('request', () => late.abort());
    return late.signal;
  });
  const call = slackClient('xoxb-1', url, new RecordingLogger()).chat.postMessage({ channel: 'C1', text: 'Hi' });
  const failure: unknown = await call.catch((error: unknown) => error);
  expect(slackFailure(failure)).toEqual({ kind: 'uncertain' });
  expect([...limits]).toEqual([15_000]);
});
