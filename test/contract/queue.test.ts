import { afterAll, beforeAll, describe } from '@jest/globals';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { memoryQueues, redisQueues } from './backends.js';
import { queueContract } from './queue.contract.js';

queueContract('memory', memoryQueues);

describe('with a Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  queueContract('Redis', () => redisQueues(server));
});
