import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { FaultyRedis } from '../../chaos/environment/redis.js';
import { idOf } from '../../src/core/conversation-id.js';
import type { Wake } from '../../src/core/ports.js';
import { systemClock } from '../../src/ops/clock.js';
import { connectRedis, type RedisConnections } from '../../src/redis/connection.js';
import { processLease } from '../../src/redis/lease.js';
import { type RedisQueue, redisQueue } from '../../src/redis/queue.js';
import { redisRequests } from '../../src/redis/requests.js';
import { redisStore } from '../../src/redis/store.js';
import { silent, TTL_DAYS } from '../contract/backends.js';
import { redisConfig } from '../support/redis-place.js';
import { until } from '../support/until.js';

const ASKED = 'T1:C1:1766458026.240809';

let redis: FaultyRedis;
let connections: RedisConnections;
let queue: RedisQueue;
let woken: Wake[];

beforeAll(async () => {
  redis = await FaultyRedis.start();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  connections = connectRedis(redisConfig({ env: { REDIS_URL: redis.url } }), silent);
  const own = lease();
  queue = redisQueue(() => own, { concurrency: 10 }, systemClock, silent);
  woken = [];
  const turn = { conversation: idOf(ASKED), ts: '1766458026.240809', author: 'U0ANN', text: 'hello' };
  await redisStore(connections.commands, TTL_DAYS).append({ ...turn, addressed: 'bot' }, 'yes');
});
afterEach(async () => {
  await queue.stop(0);
  await connections.commands.flushall();
  connections.close();
});

function lease(): ReturnType<typeof processLease> {
  return processLease(connections.commands, { beatMs: 20, leaseMs: 200 }, systemClock, silent);
}

const start = (): Promise<void> =>
  queue.start(async (wake) => {
    woken.push(wake);
    return undefined;
  });

test('after a wipe nothing waits, and commands are still there', async () => {
  const requests = redisRequests(lease(), { concurrency: 1 }, systemClock, silent);
  await requests.submit({ id: 'R1', payload: { text: 'help' } });
  await queue.wake(ASKED);
  expect(await queue.isIdle(ASKED)).toBe(false);
  const from = Date.now();
  await redis.wipeQueue();
  expect(await queue.isIdle(ASKED)).toBe(true);
  expect(redis.keyLosses.at(-1)?.from).toBeGreaterThanOrEqual(from);
  expect(redis.keyLosses.at(-1)?.to).toBeGreaterThan(Date.now());
  const handled: string[] = [];
  await requests.start(async ({ id }) => void handled.push(id));
  await until(() => handled.includes('R1'), 'the command to be handled');
  await requests.stop(0);
});

test('an orphan without a job is in no list of the queue, though its question is pending', async () => {
  await queue.wake(ASKED);
  await redis.orphan('removed');
  expect(await queue.isIdle(ASKED)).toBe(true);
  expect((await redisStore(connections.commands, TTL_DAYS).load(ASKED))?.pending).toHaveLength(1);
});

test('an orphan that nobody runs is taken over by a process that lives', async () => {
  await queue.wake(ASKED);
  await redis.orphan('held');
  expect(await connections.commands.zcard('{skein}:wakes:due')).toBe(0);
  await start();
  await until(() => woken.length > 0, 'the conversation to be taken over');
  expect(woken).toMatchObject([{ key: ASKED, crashes: 1 }]);
});
