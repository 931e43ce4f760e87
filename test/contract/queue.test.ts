import { afterAll, beforeAll, describe } from '@jest/globals';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { memoryQueueFixture, memoryRequestsFixture, redisQueueFixture, redisRequestsFixture } from './backends.js';
import { queueContract } from './queue.contract.js';
import { requestsContract } from './requests.contract.js';

queueContract('memory', memoryQueueFixture);
requestsContract('memory', memoryRequestsFixture);

describe('with a Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  queueContract('Redis', () => redisQueueFixture(server));
  queueContract('four shards in Redis', () => redisQueueFixture(server, 4));
  requestsContract('Redis', () => redisRequestsFixture(server));
});
