import { afterAll, beforeAll, describe } from '@jest/globals';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { conversationScenes } from './conversation.scenes.js';

conversationScenes('over Socket Mode, in memory', () => ({ transport: 'socket' }));

describe('with a Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  conversationScenes('over Socket Mode, on Redis', () => ({ transport: 'socket', redisUrl: redis.url }));
  conversationScenes('over HTTP, on Redis', () => ({ transport: 'http', redisUrl: redis.url }));
});
