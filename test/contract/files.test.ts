import { afterAll, beforeAll, describe } from '@jest/globals';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { memoryFilesFixture, redisFilesFixture } from './backends.js';
import { filesContract } from './files.contract.js';

filesContract('memory', memoryFilesFixture);

describe('with a Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  filesContract('Redis', () => redisFilesFixture(server));
});
