import { afterAll, beforeAll, describe } from '@jest/globals';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { memorySettingsFixture, redisSettingsFixture } from './backends.js';
import { settingsContract } from './settings.contract.js';

settingsContract('memory', memorySettingsFixture);

describe('with a Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  settingsContract('Redis', () => redisSettingsFixture(server));
});
