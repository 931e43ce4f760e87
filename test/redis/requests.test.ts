/** Requests in Redis: several processes, and crashes. What every queue of requests promises is in `test/contract`. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RequestHandler, RequestQueue } from '../../src/core/ports.js';
import { type OpenQueue, openRedisQueue, openRedisRequests, type ProcessOptions } from '../contract/backends.js';
import { FakeClock } from '../support/clock.js';
import { RecordingLogger } from '../support/doubles.js';
import { empty } from '../support/redis-place.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const PATIENCE_MS = 25_000;
/** Does not beat by itself after its start. */
const HANGING = { lease: new FakeClock(), leaseMs: 60_000 } satisfies ProcessOptions;
const REQUEST = { id: '1.2:x', payload: { text: 'a secret thing', responseUrl: 'https://hooks.example/secret' } };

let server: RedisServer;
let clock: FakeClock;
let logs: RecordingLogger;
let opened: { close(): Promise<void> }[];
beforeAll(async () => {
  server = await startRedis();
});
beforeEach(() => {
  [clock, logs, opened] = [new FakeClock(), new RecordingLogger(), []];
});
afterEach(async () => {
  await Promise.all(
    opened.map(async (process) => {
      const closed = process.close();
      // Handlers that hang get the time they have.
      await clock.advance(PATIENCE_MS);
      await closed;
    }),
  );
  await empty(server);
});
afterAll(() => server.stop());

async function startProcess(handler: RequestHandler, options: ProcessOptions = {}): Promise<OpenQueue<RequestQueue>> {
  const process = openRedisRequests(server, clock, { ...options, logger: logs });
  opened.push(process);
  await process.queue.start(handler);
  return process;
}

const hang: RequestHandler = (_, signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

/** Everything that the Redis has stored, as one text. */
async function stored({ connections: { commands } }: OpenQueue<RequestQueue>): Promise<string> {
  const keys = await commands.keys('*');
  const values = await Promise.all(
    keys.map(async (key) => ((await commands.type(key)) === 'hash' ? Object.values(await commands.hgetall(key)) : [])),
  );
  return [...keys, ...values.flat()].join('\n');
}

test('a request is handled by another process when the one that had it stops', async () => {
  let begun = false;
  const leaving = await startProcess((...request) => {
    begun = true;
    return hang(...request);
  });
  await leaving.queue.submit(REQUEST);
  await until(() => begun, 'the request has begun');
  const handled: unknown[] = [];
  await startProcess(async (request) => void handled.push(request));
  const stopping = leaving.queue.stop(PATIENCE_MS);
  await clock.advance(PATIENCE_MS);
  await stopping;
  await until(() => handled.length > 0, 'the other process handles it');
  expect(handled).toEqual([REQUEST]);
});

test('a request waits for no conversation, and no conversation for a request', async () => {
  const wakes = openRedisQueue(server, clock, { concurrency: 1 });
  opened.push(wakes);
  const keys = ['T1:C1:1.1', 'T1:C1:1.2'];
  const woken: string[] = [];
  let release = (): void => {};
  await wakes.queue.start(async ({ key }) => {
    woken.push(key);
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    return undefined;
  });
  let handled = 0;
  const { queue } = await startProcess(async () => void (handled += 1), { concurrency: 1 });
  for (const key of keys) await wakes.queue.wake(key);
  await until(() => woken.length === 1, 'the only slot for conversations is taken');
  await queue.submit(REQUEST);
  await until(() => handled === 1, 'the request is handled');
  release();
  await until(() => woken.length === 2, 'the second conversation');
  release();
});

test('nothing of a request is stored once it is handled, but that it is known', async () => {
  let handled = 0;
  const process = await startProcess(async () => void (handled += 1));
  await process.queue.submit(REQUEST);
  await until(async () => handled === 1 && !(await stored(process)).includes('secret'), 'it is removed');
  await process.queue.submit(REQUEST);
  await process.queue.submit({ id: 'next', payload: {} });
  await until(() => handled === 2, 'the next request');
  expect(handled).toBe(2);
  const { commands } = process.connections;
  const known = '{skein}:requests:known';
  expect(Number(await commands.zscore(known, REQUEST.id)) - Date.now()).toBeGreaterThan(3_500_000);
  expect(await commands.pttl(known)).toBeGreaterThan(3_500_000);
  await commands.zadd(known, String(Date.now() - 1), REQUEST.id);
  await process.queue.submit({ id: 'last', payload: {} });
  await until(() => handled === 3, 'the last request');
  expect(await commands.zrange(known, '0', '-1')).toEqual(['next', 'last']);
  await process.queue.submit(REQUEST);
  await until(() => handled === 4, 'the request, an hour later');
});

test('an id that stays known for longer does so, whatever comes after it', async () => {
  const DAY_MS = 86_400_000;
  let handled = 0;
  const process = await startProcess(async () => void (handled += 1));
  await process.queue.submit({ ...REQUEST, knownMs: DAY_MS });
  await process.queue.submit({ id: 'next', payload: {} });
  await until(() => handled === 2, 'both requests');
  const { commands } = process.connections;
  const known = '{skein}:requests:known';
  expect(Number(await commands.zscore(known, REQUEST.id)) - Date.now()).toBeGreaterThan(DAY_MS - 60_000);
  expect(await commands.pttl(known)).toBeGreaterThan(DAY_MS - 60_000);
  await process.queue.submit({ ...REQUEST, knownMs: 1 });
  await process.queue.submit({ id: 'last', payload: {} });
  await until(() => handled === 3, 'the last request');
});

describe('a request that kills each process that handles it', () => {
  test('is given up, and says so in the log', async () => {
    const heir = await startProcess(hang, { ...HANGING, concurrency: 0 });
    await heir.queue.submit(REQUEST);
    const isGivenUp = (): boolean => logs.lines.some(({ message }) => message.includes('gave up'));
    let [deaths, begun] = [0, 0];
    for (; deaths < 20; deaths += 1) {
      const mortal = await startProcess((...request) => {
        begun += 1;
        return hang(...request);
      }, HANGING);
      await until(() => begun > deaths || isGivenUp(), `attempt ${deaths + 1}`);
      if (isGivenUp()) break;
      await heir.connections.commands.zadd('{skein}:processes', 1, mortal.lease.process);
      await heir.lease.beat();
    }
    expect([deaths, begun]).toEqual([5, 5]);
    expect(logs.lines.filter(({ message }) => message.includes('will be retried'))).toEqual([]);
    await until(async () => !(await stored(heir)).includes('secret'), 'it is removed');
  });
});
