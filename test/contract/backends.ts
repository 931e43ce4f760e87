/** The adapters that the contract suites run on. */
import type { BudgetSettings, LimitSettings } from '../../src/core/settings.js';
import type { Logger, WorkQueue } from '../../src/core/ports.js';
import { endsWithin } from '../../src/core/shutdown.js';
import { memoryLedger } from '../../src/in-memory/ledger.js';
import { memoryLimits } from '../../src/in-memory/limits.js';
import { memoryQueue } from '../../src/in-memory/queue.js';
import { memoryStore } from '../../src/in-memory/store.js';
import { systemClock } from '../../src/ops/clock.js';
import { connectRedis, type RedisConnections } from '../../src/redis/connection.js';
import { redisLedger } from '../../src/redis/ledger.js';
import { redisLimits } from '../../src/redis/limits.js';
import { redisQueue, type RedisQueueOptions } from '../../src/redis/queue.js';
import { redisStore } from '../../src/redis/store.js';
import { FakeClock } from '../support/clock.js';
import { empty, redisConfig, type RedisPlace } from '../support/redis-place.js';
import { until } from '../support/until.js';
import type { LedgerBench } from './ledger.contract.js';
import type { LimitsBench } from './limits.contract.js';
import type { QueueBench } from './queue.contract.js';
import type { StoreBench } from './store.contract.js';

export const TTL_DAYS = 30;
/** More than any wait before a try. */
const LONG_MS = 3_600_000;
const CLOSE_MS = 5_000;

export const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export async function memoryStores(): Promise<StoreBench> {
  const store = memoryStore();
  return { store, other: store, close: async () => {} };
}

export async function redisStores(place: RedisPlace): Promise<StoreBench> {
  const [one, two] = [connectRedis(redisConfig(place), silent), connectRedis(redisConfig(place), silent)];
  return {
    store: redisStore(one.commands, TTL_DAYS),
    other: redisStore(two.commands, TTL_DAYS),
    async close() {
      one.close();
      two.close();
      await empty(place);
    },
  };
}

export async function memoryLimiters(settings: LimitSettings): Promise<LimitsBench> {
  const limits = memoryLimits(settings);
  return { limits, other: limits, close: async () => {} };
}

export async function redisLimiters(place: RedisPlace, settings: LimitSettings): Promise<LimitsBench> {
  const [one, two] = [connectRedis(redisConfig(place), silent), connectRedis(redisConfig(place), silent)];
  return {
    limits: redisLimits(one.commands, settings),
    other: redisLimits(two.commands, settings),
    async close() {
      one.close();
      two.close();
      await empty(place);
    },
  };
}

export async function memoryLedgers(budgets: BudgetSettings, reservedMs?: number): Promise<LedgerBench> {
  const ledger = memoryLedger(budgets, systemClock, reservedMs);
  return { ledger, other: ledger, close: async () => {} };
}

export async function redisLedgers(
  place: RedisPlace,
  budgets: BudgetSettings,
  reservedMs?: number,
): Promise<LedgerBench> {
  const [one, two] = [connectRedis(redisConfig(place), silent), connectRedis(redisConfig(place), silent)];
  return {
    ledger: redisLedger(one.commands, budgets, undefined, reservedMs),
    other: redisLedger(two.commands, budgets, undefined, reservedMs),
    async close() {
      one.close();
      two.close();
      await empty(place);
    },
  };
}

export async function memoryQueues(): Promise<QueueBench> {
  const clock = new FakeClock();
  const queue = memoryQueue(clock, silent);
  return {
    queue,
    clock,
    async retryComes() {
      await until(() => clock.sleeping.length > 0, 'a wait before the next try');
      await clock.advance(LONG_MS);
    },
    close: () => queue.stop(0),
  };
}

export async function redisQueues(place: RedisPlace): Promise<QueueBench> {
  const clock = new FakeClock();
  const { queue, close } = openRedisQueue(place, clock);
  return {
    queue,
    clock,
    // Tries follow each other by themselves, see `openRedisQueue`.
    retryComes: async () => {},
    async close() {
      await close();
      await empty(place);
    },
  };
}

export interface OpenQueue {
  queue: WorkQueue;
  connections: RedisConnections;
  close: () => Promise<void>;
}

/** One process's queue, as a process has it, but that it tries again at once; `options` replace the usual ones. */
export function openRedisQueue(
  place: Pick<RedisPlace, 'env'>,
  clock: FakeClock,
  options: Partial<RedisQueueOptions> = {},
): OpenQueue {
  const connections = connectRedis(redisConfig(place), silent);
  const queue = redisQueue(connections, { concurrency: 10, delayMs: () => 1, ...options }, clock, silent);
  return {
    queue,
    connections,
    async close() {
      const stopped = queue.stop(0);
      // By its own clock, which stands still, it would wait for ever for a Redis that is away.
      if (!(await endsWithin(CLOSE_MS, stopped, systemClock))) await clock.advance(LONG_MS);
      await stopped;
      connections.close();
    },
  };
}
