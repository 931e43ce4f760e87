import { afterAll, beforeAll, describe } from '@jest/globals';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { memoryLedgers, redisLedgers } from './backends.js';
import { ledgerContract } from './ledger.contract.js';

ledgerContract('memory', memoryLedgers);

describe('with a Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  ledgerContract('Redis', (...settings) => redisLedgers(server, ...settings));
});
