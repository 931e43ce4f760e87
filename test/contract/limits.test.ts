import { afterAll, beforeAll, describe } from '@jest/globals';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { memoryLimiters, redisLimiters } from './backends.js';
import { limitsContract } from './limits.contract.js';

limitsContract('memory', memoryLimiters);

describe('with a Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  limitsContract('Redis', (settings) => redisLimiters(server, settings));
});
