import { afterAll, beforeAll, describe } from '@jest/globals';
import { redisLedgers, redisLimiters, redisQueues, redisStores } from '../contract/backends.js';
import { ledgerContract } from '../contract/ledger.contract.js';
import { limitsContract } from '../contract/limits.contract.js';
import { queueContract } from '../contract/queue.contract.js';
import { storeContract } from '../contract/store.contract.js';
import { conversationScenes } from '../e2e/conversation.scenes.js';
import type { RedisPlace } from '../support/redis-place.js';

/** What has to hold on Redis, of whatever kind it is. */
export function everySuite(kind: string, start: () => Promise<RedisPlace>): void {
  describe(kind, () => {
    let place: RedisPlace;
    beforeAll(async () => {
      place = await start();
    });
    afterAll(() => place.stop());

    storeContract(kind, () => redisStores(place));
    queueContract(kind, () => redisQueues(place));
    limitsContract(kind, (settings) => redisLimiters(place, settings));
    ledgerContract(kind, (...settings) => redisLedgers(place, ...settings));
    for (const transport of ['socket', 'http'] as const) {
      conversationScenes(`over ${transport}, on ${kind}`, () => ({
        transport,
        redisUrl: place.env.REDIS_URL,
        env: place.env,
      }));
    }
  });
}
