import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { conversationOf, keysOf, pendingPattern } from '../../src/redis/keys.js';
import { sweeperContract } from '../contract/sweeper.contract.js';
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

sweeperContract('one server', () => server);

test.each(['skein', 'a*b', 'a?b', 'a[b]', 'a\\b', 'a'])(
  'the pattern matches the keys of the prefix %s only',
  async (prefix) => {
    const key = 'T1:C1:1766458026.240809';
    const own = keysOf(key, prefix).pending;
    for (const name of [own, keysOf(key, prefix).turns, keysOf(key, 'aXb').pending, keysOf(key, 'ab').pending])
      await redis.set(name, '1');
    expect(await redis.keys(pendingPattern(prefix))).toEqual([own]);
    expect(conversationOf(own, prefix)).toBe(key);
    expect(conversationOf(own, 'other')).toBeUndefined();
    await redis.flushall();
  },
);
