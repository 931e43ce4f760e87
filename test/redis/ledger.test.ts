/** The ledger in Redis: keys and failures. What every ledger promises is in `test/contract`. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { ModelCall, Usage } from '../../src/core/ports.js';
import { connectRedis, type RedisConnections } from '../../src/redis/connection.js';
import { redisLedger } from '../../src/redis/ledger.js';
import { silent } from '../contract/backends.js';
import { empty, redisConfig } from '../support/redis-place.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const DAY_S = 86_400;
const usage: Usage = { promptTokens: 100, cachedTokens: 40, completionTokens: 10, costUsd: 0.01 };

let server: RedisServer;
let connections: RedisConnections;
beforeAll(async () => {
  server = await startRedis();
});
beforeEach(() => {
  connections = connectRedis(redisConfig(server), silent);
});
afterEach(async () => {
  connections.close();
  await empty(server);
});
afterAll(() => server.stop());

function call(n = 1): ModelCall {
  const id = `run:${n}`;
  return {
    id,
    conversation: { team: 'T1', channel: 'C1', thread: `1766458000.00000${n}` },
    purpose: 'answer',
    people: ['U0ANN'],
    at: Date.UTC(2026, 10, 5),
  };
}

test('every key has the prefix, is in the slot of its workspace, and expires', async () => {
  const ledger = redisLedger(connections.commands, { person: 1 }, 'other');
  await ledger.reserve(call(1), 1);
  await ledger.reserve(call(2), 1);
  await ledger.settle(call(1), 'U0ANN', usage);
  const ttls: Record<string, number> = {};
  for (const key of await connections.commands.keys('*'))
    ttls[key] = Math.round((await connections.commands.pttl(key)) / 1_000);
  expect(ttls).toEqual({
    'other:usage:{T1}:2026-11-05': 40 * DAY_S,
    'other:usage:{T1}:2026-11': 400 * DAY_S,
    'other:usage:{T1}:held': 600,
    'other:usage:{T1}:counted': 3_600,
    'other:usage:{T1}:recent:U0ANN': 40 * DAY_S,
  });
});

test('bots with different prefixes have separate ledgers', async () => {
  await redisLedger(connections.commands, {}, 'other').settle(call(), 'U0ANN', usage);
  const ledger = redisLedger(connections.commands, {});
  expect(await ledger.workspaces('2026-11')).toEqual([]);
  expect(await ledger.totals('T1', '2026-11')).toEqual([]);
});

test('without budgets, Redis is needed neither before a call nor after one without usage', async () => {
  const ledger = redisLedger(connections.commands, {});
  await server.kill();
  expect(await ledger.reserve(call(), 1)).toEqual({ outcome: 'granted', person: 'U0ANN' });
  expect(await ledger.settle(call(), 'U0ANN')).toEqual([]);
  await expect(redisLedger(connections.commands, { person: 1 }).reserve(call(), 1)).rejects.toThrow();
  await server.start();
});

test('measures and owners of later versions are ignored', async () => {
  const ledger = redisLedger(connections.commands, {});
  await ledger.settle(call(), 'U0ANN', usage);
  await connections.commands.hset('skein:usage:{T1}:2026-11', {
    'person:U0ANN:images': '3',
    'team:S1:calls': '1',
    odd: '1',
  });
  expect((await ledger.totals('T1', '2026-11')).map(({ owner, id }) => `${owner} ${id}`).toSorted()).toEqual([
    'channel C1',
    'person U0ANN',
    'workspace T1',
  ]);
});

test('usage is counted even when Redis is out of memory', async () => {
  const ledger = redisLedger(connections.commands, { person: 1 });
  await ledger.reserve(call(), 1);
  await connections.commands.config('SET', 'maxmemory', '1');
  try {
    await ledger.settle(call(), 'U0ANN', usage);
    await ledger.settle(call(2), 'U0ANN', usage);
  } finally {
    await connections.commands.config('SET', 'maxmemory', '0');
  }
  expect(await ledger.totals('T1', '2026-11')).toContainEqual(expect.objectContaining({ owner: 'person', calls: 2 }));
  expect(await connections.commands.exists('skein:usage:{T1}:held')).toBe(0);
});
