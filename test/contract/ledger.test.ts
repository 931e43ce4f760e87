import { afterAll, beforeAll, describe } from '@jest/globals';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { memoryLedgerFixture, redisLedgerFixture } from './backends.js';
import { ledgerContract } from './ledger.contract.js';

ledgerContract('memory', memoryLedgerFixture);

describe('with a Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  ledgerContract('Redis', (...settings) => redisLedgerFixture(server, ...settings));
});
