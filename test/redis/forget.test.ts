import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { deleteAllKeys } from '../../src/redis/forget.js';
import { freePort } from '../support/free-port.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

let server: RedisServer;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

test('deletes every key with the prefix, and no other', async () => {
  const others = ['skein:{T1:C1:1}:turns', '{skein}:conversations:wait', 'skein-a-b:{T1:C1:1}:turns', 'unrelated'];
  const own = Array.from({ length: 1_200 }, (_, n) => `skein-a:{T1:C1:${n}}:turns`);
  for (const name of [...others, ...own, '{skein-a}:conversations:meta']) await redis.set(name, '1');
  await deleteAllKeys({ url: server.url, prefix: 'skein-a' });
  expect((await redis.keys('*')).toSorted()).toEqual(others.toSorted());
});

test('does not wait for a Redis that is unreachable', async () => {
  await deleteAllKeys({ url: `redis://127.0.0.1:${await freePort()}`, prefix: 'skein-a' });
});
