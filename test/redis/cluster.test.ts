/** The Redis adapters on a cluster, where all keys of a script or transaction must be in one slot. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { keyOf } from '../../src/core/conversation-id.js';
import { systemClock } from '../../src/ops/clock.js';
import { connectRedis, waitUntilReachable } from '../../src/redis/connection.js';
import { keysOf } from '../../src/redis/keys.js';
import { redisLedger } from '../../src/redis/ledger.js';
import { redisLimits } from '../../src/redis/limits.js';
import { redisStore } from '../../src/redis/store.js';
import { openRedisQueue, silent, TTL_DAYS } from '../contract/backends.js';
import { Worker } from '../contract/worker.js';
import { FakeClock } from '../support/clock.js';
import { redisConfig } from '../support/redis-place.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const LAST_SLOT = 16_383;
const ID = { team: 'T1', channel: 'C1', thread: '1766458026.240809' };
const KEY = keyOf(ID);

let server: RedisServer;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis(['--cluster-enabled', 'yes']);
  redis = new Redis(server.url);
  await redis.cluster('ADDSLOTSRANGE', 0, LAST_SLOT);
  await until(async () => (await redis.cluster('INFO')).includes('cluster_state:ok'), 'the cluster to be ready');
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

test('every method of the store works', async () => {
  const connections = connectRedis(redisConfig(server), silent);
  const store = redisStore(connections.commands, TTL_DAYS);
  const person = { role: 'person', ts: ID.thread, author: 'U0ANN', text: 'hello' } as const;
  const reply = { role: 'assistant', ts: '1766458027.000001', text: 'hi', after: ID.thread } as const;
  await store.append({ conversation: ID, ts: ID.thread, author: 'U0ANN', text: 'hello', addressed: 'bot' }, 'yes');
  await store.addBacklog(KEY, []);
  await store.recordReply(KEY, { after: ID.thread, messages: [], opening: true });
  await store.settle(KEY, [ID.thread], [reply]);
  await store.edit(KEY, { ...person, text: 'edited' }, '1766458028.000001');
  await store.remove(KEY, reply.ts);
  expect(await store.load(KEY)).toEqual({
    id: ID,
    turns: [{ ...person, text: 'edited' }],
    pending: [],
    authors: ['U0ANN'],
    backlogRead: true,
    changes: 2,
  });
  const segment = { text: 'Hello.', position: `${ID.thread} 0 ${ID.thread}`, newest: ID.thread, turns: 1, tokens: 1 };
  const compaction = { segment, turns: [ID.thread], segments: [], seal: [] };
  expect(await store.compact(KEY, compaction, 2)).toBe(true);
  expect(await store.load(KEY)).toMatchObject({ segments: [segment], turns: [] });
  expect(await store.remove(KEY, ID.thread)).toBe('changed');
  expect(await store.load(KEY)).not.toHaveProperty('segments');
  connections.close();
});

test('a node that holds all slots can be configured as a single server', async () => {
  const connections = connectRedis(redisConfig(server), silent);
  await waitUntilReachable(connections, systemClock.now() + 10_000, systemClock, silent);
  connections.close();
});

test('a wake-up runs, is retried and is postponed', async () => {
  const worker = new Worker();
  worker.fails(KEY, 1);
  worker.postpones(KEY, 1, 1);
  const { queue, close } = openRedisQueue(server, new FakeClock());
  await queue.start(worker.handle);
  await queue.wake(KEY);
  await worker.ran(KEY, 3);
  await close();
});

test('rate limits count answers', async () => {
  const connections = connectRedis(redisConfig(server), silent);
  const limits = redisLimits(connections.commands, { perPerson: 1, perWorkspace: 1, windowMs: 60_000 });
  expect(await limits.take('T1', ['U0ANN', 'U0BEN'])).toBeUndefined();
  expect(await limits.take('T1', ['U0CLEO'])).toMatchObject({ owner: 'workspace' });
  connections.close();
});

test('the ledger counts usage', async () => {
  const connections = connectRedis(redisConfig(server), silent);
  const ledger = redisLedger(connections.commands, { person: 1 });
  const call = {
    id: 'run:1',
    conversation: ID,
    purpose: 'answer' as const,
    people: ['U0ANN'],
    at: Date.UTC(2026, 10, 5),
  };
  expect(await ledger.reserve(call, 1)).toEqual({ outcome: 'granted', person: 'U0ANN' });
  await ledger.settle(call, 'U0ANN', { promptTokens: 1, cachedTokens: 0, completionTokens: 1, costUsd: 0.01 });
  expect(await ledger.totals('T1', '2026-11')).toHaveLength(3);
  connections.close();
});

test('conversations are spread over the slots', async () => {
  const names = Array.from({ length: 20 }, (_, n) => keysOf(`T1:C1:17664580${n + 10}.000001`).turns);
  const slots = await Promise.all(names.map((name) => redis.cluster('KEYSLOT', name)));
  expect(new Set(slots).size).toBeGreaterThan(10);
});
