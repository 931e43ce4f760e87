/** A demoted master, behind an address that leads to the new one. `test/topologies` tests Sentinels and clusters. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { keyOf } from '../../src/core/conversation-id.js';
import { keysOf } from '../../src/redis/keys.js';
import type { RedisQueue } from '../../src/redis/queue.js';
import { redisStore } from '../../src/redis/store.js';
import { type OpenQueue, openRedisQueue, TTL_DAYS } from '../contract/backends.js';
import { Worker } from '../contract/worker.js';
import { FakeClock } from '../support/clock.js';
import { type MovingAddress, movingAddress } from '../support/moving-address.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const ID = { team: 'T1', channel: 'C1', thread: '1766458026.240809' };
const KEY = keyOf(ID);
const HOST = '127.0.0.1';
/** Does not beat by itself: a beat would meet the demoted master first. */
const HANGING = { lease: new FakeClock() };

interface Server {
  server: RedisServer;
  client: Redis;
}

let before: Server;
let after: Server;
let address: MovingAddress;
let open: OpenQueue<RedisQueue>;
beforeEach(async () => {
  [before, after] = await Promise.all([startSlowLoading(), startSlowLoading()]);
  address = await movingAddress(before.server.port);
  open = openRedisQueue({ env: { REDIS_URL: `redis://${HOST}:${address.port}` } }, new FakeClock(), HANGING);
});
afterEach(async () => {
  await open.close();
  address.close();
  for (const { server, client } of [before, after]) {
    client.disconnect();
    await server.stop();
  }
});

/** Starts a server that loads data slowly, so that a test can catch it loading. */
async function startSlowLoading(): Promise<Server> {
  const slowLoading = [
    '--rdbcompression',
    'no',
    '--loading-process-events-interval-bytes',
    '1024',
    '--key-load-delay',
    '50000',
  ];
  const server = await startRedis([...slowLoading, '--repl-diskless-sync-delay', '0']);
  return { server, client: new Redis(server.url, { enableReadyCheck: false }) };
}

/** Makes `before` a replica. Its master does not exist, so it only refuses writes. */
async function demoteToReadOnly(): Promise<void> {
  await before.client.replicaof(HOST, '1');
}

/** Makes `before` a replica that is still loading the data of its new master. */
async function demoteToLoading(): Promise<void> {
  for (let n = 0; n < 1_000; n += 1) await after.client.set(`filler:${n}`, 'x'.repeat(2_000));
  await before.client.replicaof(HOST, String(after.server.port));
  await until(async () => (await before.client.info('persistence')).includes('loading:1'), 'the copy to be loaded');
}

test.each([
  ['READONLY', demoteToReadOnly],
  ['LOADING', demoteToLoading],
])('store and worker move to the new master when the old one answers %s', async (answer, demote) => {
  const store = redisStore(open.connections.commands, TTL_DAYS);
  const append = (ts: string): Promise<unknown> =>
    store.append({ conversation: ID, ts, author: 'U0ANN', text: 'hello', addressed: 'bot' }, 'yes');
  const worker = new Worker();
  await open.queue.start(worker.handle);
  await append(ID.thread);
  await open.queue.wake(KEY);
  await worker.ran(KEY);
  await until(() => open.queue.isIdle(KEY), 'the end of the run');

  address.leadTo(after.server.port);
  await demote();
  await expect(append('1766458027.000001')).rejects.toThrow(answer);
  await append('1766458027.000001');
  expect(await after.client.hexists(keysOf(KEY).turns, '1766458027.000001')).toBe(1);
  await open.queue.wake(KEY);
  // The new master is empty: it lets nothing begin before others could have said what they run.
  await until(async () => {
    await open.lease.beat();
    return worker.ended(KEY) === 2;
  }, 'the run for the second message');
});
