import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/ops/clock.js';
import { connectRedis, waitUntilReachable } from '../../src/redis/connection.js';
import { redisStopSignals } from '../../src/redis/stop-signals.js';
import { redisConfig, type RedisPlace } from '../support/redis-place.js';
import { until } from '../support/until.js';
import { silent } from './backends.js';

const KEY = 'T1:C1:1.1';
const REACHABLE_MS = 10_000;

/** Signals between two processes. */
export function stopSignalsContract(kind: string, place: () => Pick<RedisPlace, 'env'>): void {
  describe(`StopSignals on ${kind}`, () => {
    test('reach every process', async () => {
      const both = [connectRedis(redisConfig(place()), silent), connectRedis(redisConfig(place()), silent)];
      const deadline = systemClock.now() + REACHABLE_MS;
      await Promise.all(both.map((one) => waitUntilReachable(one, deadline, systemClock, silent)));
      const [told, telling] = both.map(({ commands }) => redisStopSignals(commands, undefined, silent));
      const heard: string[] = [];
      told?.start((key) => heard.push(key));
      // The subscription is not there at once.
      await until(() => {
        telling?.send(KEY);
        return heard.length > 0;
      }, 'the stop');
      expect(new Set(heard)).toEqual(new Set([KEY]));
      for (const one of [told, telling, ...both]) one?.close();
    });
  });
}
