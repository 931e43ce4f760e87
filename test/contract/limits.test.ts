import { afterAll, beforeAll, describe } from '@jest/globals';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { memoryLimitsFixture, redisLimitsFixture } from './backends.js';
import { limitsContract } from './limits.contract.js';

limitsContract('memory', memoryLimitsFixture);

describe('with a Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  limitsContract('Redis', (settings) => redisLimitsFixture(server, settings));
});
