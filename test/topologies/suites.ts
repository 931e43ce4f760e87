import { afterAll, beforeAll, describe } from '@jest/globals';
import {
  redisChannelsFixture,
  redisLedgerFixture,
  redisLimitsFixture,
  redisQueueFixture,
  redisRequestsFixture,
  redisStoreFixture,
} from '../contract/backends.js';
import { channelsContract } from '../contract/channels.contract.js';
import { ledgerContract } from '../contract/ledger.contract.js';
import { limitsContract } from '../contract/limits.contract.js';
import { queueContract } from '../contract/queue.contract.js';
import { requestsContract } from '../contract/requests.contract.js';
import { stopSignalsContract } from '../contract/stop-signals.contract.js';
import { storeContract } from '../contract/store.contract.js';
import { sweeperContract } from '../contract/sweeper.contract.js';
import { conversationScenes } from '../e2e/conversation.scenes.js';
import type { RedisPlace } from '../support/redis-place.js';

/** The suites that every kind of Redis deployment must pass. */
export function everySuite(kind: string, start: () => Promise<RedisPlace>): void {
  describe(kind, () => {
    let place: RedisPlace;
    beforeAll(async () => {
      place = await start();
    });
    afterAll(() => place.stop());

    storeContract(kind, () => redisStoreFixture(place));
    channelsContract(kind, (settings) => redisChannelsFixture(place, settings));
    queueContract(kind, () => redisQueueFixture(place));
    queueContract(`four shards on ${kind}`, () => redisQueueFixture(place, 4));
    requestsContract(kind, () => redisRequestsFixture(place));
    limitsContract(kind, (settings) => redisLimitsFixture(place, settings));
    sweeperContract(kind, () => place);
    stopSignalsContract(kind, () => place);
    ledgerContract(kind, (...settings) => redisLedgerFixture(place, ...settings));
    for (const transport of ['socket', 'http'] as const) {
      conversationScenes(`over ${transport}, on ${kind}`, () => ({
        transport,
        redisUrl: place.env.REDIS_URL,
        env: place.env,
      }));
    }
  });
}
