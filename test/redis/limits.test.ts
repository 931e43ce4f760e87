/** The rate limits in Redis: keys and failures. What all rate limits promise is in `test/contract`. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { connectRedis, type RedisConnections } from '../../src/redis/connection.js';
import { redisLimits } from '../../src/redis/limits.js';
import { silent } from '../contract/backends.js';
import { redisConfig } from '../support/redis-place.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const SETTINGS = { perPerson: 1, perWorkspace: 1, windowMs: 60_000 };

let server: RedisServer;
let connections: RedisConnections;
beforeAll(async () => {
  server = await startRedis();
});
afterEach(() => connections.close());
afterAll(() => server.stop());

test('every key has the prefix and expires', async () => {
  connections = connectRedis(redisConfig(server), silent);
  const limits = redisLimits(connections.commands, SETTINGS, 'other');
  await limits.take('T1', ['U0ANN']);
  await limits.take('T1', ['U0ANN']);
  await limits.take('T2', ['U0ANN'], 'C1:1');
  const keys = await connections.commands.keys('*');
  expect(keys.toSorted()).toEqual([
    'other:limit:T1',
    'other:limit:T1:U0ANN',
    'other:limit:T1:U0ANN:told',
    'other:limit:T2',
    'other:limit:T2:C1:1:allowed',
    'other:limit:T2:U0ANN',
  ]);
  for (const key of keys) expect(await connections.commands.pttl(key)).toBeGreaterThan(0);
});

test('an unreachable Redis is an error, not a reached limit', async () => {
  connections = connectRedis(redisConfig(server), silent);
  const limits = redisLimits(connections.commands, SETTINGS);
  await server.kill();
  await expect(limits.take('T1', ['U0ANN'])).rejects.toThrow();
  await server.start();
});
