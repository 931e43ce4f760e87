/** How far the queue goes on one Redis: what Redis does for each run, and for each beat of a process. */
import { Redis } from 'ioredis';
import { systemClock } from '../../src/ops/clock.js';
import { queueKeys, WAKES } from '../../src/redis/keys.js';
import { processLease } from '../../src/redis/lease.js';
import { redisQueue } from '../../src/redis/queue.js';
import { startRedis } from '../../test/support/redis-server.js';
import { until } from '../../test/support/until.js';
import type { Figure } from '../goal.js';
import { type Scene, scaled } from './scene.js';

const RUNS = 20_000;
/** Of all processes of a large fleet together. */
const HELD = 1_000;
const BEATS = 200;
const TIMEOUT_MS = 120_000;
const WITHOUT_LOG = { debug() {}, info() {}, warn() {}, error() {} };

export const queue: Scene = {
  name: 'queue',
  title: `${RUNS} wake-ups of as many conversations, whose runs do nothing; then ${BEATS} beats while others run ${HELD}`,
  async measure(scale): Promise<Figure[]> {
    const runs = scaled(RUNS, scale);
    const server = await startRedis();
    const redis = new Redis(server.url);
    const lease = processLease(redis, {}, systemClock, WITHOUT_LOG);
    const wakes = redisQueue(() => lease, { concurrency: 50 }, systemClock, WITHOUT_LOG);
    try {
      let ended = 0;
      await wakes.start(async () => {
        ended += 1;
        return undefined;
      });
      const start = performance.now();
      const before = await busyMs();
      await Promise.all(Array.from({ length: runs }, (_, at) => wakes.wake(`T1:C1:${at}`)));
      await until(() => ended === runs, 'all runs', TIMEOUT_MS);
      const [seconds, redisMs] = [(performance.now() - start) / 1_000, (await busyMs()) - before];

      await holdByAnother();
      const [idle, beatsFrom] = [await busyMs(), performance.now()];
      for (let beat = 0; beat < BEATS; beat += 1) await lease.beat();
      const beatMs = ((await busyMs()) - idle) / BEATS;
      return [
        { what: 'Runs a second, by one process', value: runs / seconds, unit: '', digits: 0 },
        { what: "Redis's time per wake-up and run", value: (1_000 * redisMs) / runs, unit: 'µs', digits: 0 },
        { what: 'Runs a second that keep one Redis busy', value: (1_000 * runs) / redisMs, unit: '', digits: 0 },
        { what: `Redis's time per beat, ${HELD} runs in the fleet`, value: beatMs, unit: 'ms', digits: 2 },
        { what: 'A beat takes', value: (performance.now() - beatsFrom) / BEATS, unit: 'ms', digits: 2 },
      ];
    } finally {
      await wakes.stop(0);
      redis.disconnect();
      await server.stop();
    }

    /** Time that Redis has spent in scripts. */
    async function busyMs(): Promise<number> {
      const info = await redis.info('commandstats');
      return Number(/^cmdstat_evalsha:calls=\d+,usec=(\d+)/m.exec(info)?.[1] ?? 0) / 1_000;
    }

    async function holdByAnother(): Promise<void> {
      const [, , held = ''] = queueKeys(WAKES);
      const jobs = Array.from({ length: HELD }, (_, at) => [`T1:C2:${at}`, `other-${at % 20}:1:1`]);
      await redis.hset(held, Object.fromEntries(jobs) as Record<string, string>);
      const ends = String(Date.now() + TIMEOUT_MS);
      for (let other = 0; other < 20; other += 1) await redis.zadd('{skein}:processes', ends, `other-${other}`);
    }
  },
};
