import { afterAll, beforeAll, describe } from '@jest/globals';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { memoryChannelsFixture, redisChannelsFixture } from './backends.js';
import { channelsContract } from './channels.contract.js';

channelsContract('memory', memoryChannelsFixture);

describe('with a Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  channelsContract('Redis', (settings) => redisChannelsFixture(server, settings));
});
