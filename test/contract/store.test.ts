import { afterAll, beforeAll, describe } from '@jest/globals';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { memoryStoreFixture, redisStoreFixture } from './backends.js';
import { storeContract } from './store.contract.js';

storeContract('memory', memoryStoreFixture);

describe('with a Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  storeContract('Redis', () => redisStoreFixture(server));
});
