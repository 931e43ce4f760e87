/** Fixtures for the contract suites: each adapter, in memory and on Redis. */
import type { ChannelSettings } from '../../src/core/channel.js';
import { CLAIM_MS } from '../../src/core/files.js';
import type { Clock, Logger, RequestQueue, SettingsStore, WorkQueue } from '../../src/core/ports.js';
import type { BudgetSettings, LimitSettings } from '../../src/core/settings.js';
import { settlesWithin } from '../../src/core/shutdown.js';
import { memoryChannels } from '../../src/in-memory/channels.js';
import { memoryFiles } from '../../src/in-memory/files.js';
import { memoryLedger } from '../../src/in-memory/ledger.js';
import { memoryLimits } from '../../src/in-memory/limits.js';
import { memoryQueue } from '../../src/in-memory/queue.js';
import { memoryRequests } from '../../src/in-memory/requests.js';
import { memorySettings } from '../../src/in-memory/settings.js';
import { memoryStore } from '../../src/in-memory/store.js';
import { systemClock } from '../../src/ops/clock.js';
import { redisChannels } from '../../src/redis/channels.js';
import { connectRedis, type RedisConnections } from '../../src/redis/connection.js';
import { redisFiles } from '../../src/redis/files.js';
import type { RedisQueueOptions } from '../../src/redis/jobs.js';
import { fileKeys } from '../../src/redis/keys.js';
import { type LeaseOptions, type ProcessLease, processLease } from '../../src/redis/lease.js';
import { redisLedger } from '../../src/redis/ledger.js';
import { redisLimits } from '../../src/redis/limits.js';
import { type RedisQueue, redisQueue } from '../../src/redis/queue.js';
import { redisRequests } from '../../src/redis/requests.js';
import { redisSettings } from '../../src/redis/settings.js';
import { redisStore } from '../../src/redis/store.js';
import { FakeClock } from '../support/clock.js';
import { empty, redisConfig, type RedisPlace } from '../support/redis-place.js';
import { until } from '../support/until.js';
import type { ChannelsFixture } from './channels.contract.js';
import type { FilesFixture } from './files.contract.js';
import type { LedgerFixture } from './ledger.contract.js';
import type { LimitsFixture } from './limits.contract.js';
import type { QueueFixture } from './queue.contract.js';
import type { RequestsFixture } from './requests.contract.js';
import type { SettingsFixture } from './settings.contract.js';
import type { StoreFixture } from './store.contract.js';

export const TTL_DAYS = 30;
/** Longer than any wait before an attempt. */
const LONG_MS = 3_600_000;
const CLOSE_MS = 5_000;

export const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export async function memoryStoreFixture(): Promise<StoreFixture> {
  const store = memoryStore();
  return { store, other: store, close: async () => {} };
}

export async function redisStoreFixture(place: RedisPlace): Promise<StoreFixture> {
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

export async function memoryChannelsFixture(settings: ChannelSettings): Promise<ChannelsFixture> {
  const channels = memoryChannels(settings);
  return { channels, other: channels, close: async () => {} };
}

export async function redisChannelsFixture(place: RedisPlace, settings: ChannelSettings): Promise<ChannelsFixture> {
  const [one, two] = [connectRedis(redisConfig(place), silent), connectRedis(redisConfig(place), silent)];
  return {
    channels: redisChannels(one.commands, settings, TTL_DAYS),
    other: redisChannels(two.commands, settings, TTL_DAYS),
    async close() {
      one.close();
      two.close();
      await empty(place);
    },
  };
}

export async function memoryFilesFixture(): Promise<FilesFixture> {
  const clock = new FakeClock();
  const files = memoryFiles(clock);
  return { files, other: files, claimEnds: () => clock.advance(CLAIM_MS), close: async () => {} };
}

export async function redisFilesFixture(place: RedisPlace): Promise<FilesFixture> {
  const [one, two] = [connectRedis(redisConfig(place), silent), connectRedis(redisConfig(place), silent)];
  return {
    files: redisFiles(one.commands, TTL_DAYS),
    other: redisFiles(two.commands, TTL_DAYS),
    async claimEnds() {
      await one.commands.hset(fileKeys({ team: 'T1', file: 'F1' }).claim, 'ends', 0);
    },
    async close() {
      one.close();
      two.close();
      await empty(place);
    },
  };
}

export async function memoryLimitsFixture(settings: LimitSettings): Promise<LimitsFixture> {
  const limits = memoryLimits(settings);
  return { limits, other: limits, close: async () => {} };
}

export async function redisLimitsFixture(place: RedisPlace, settings: LimitSettings): Promise<LimitsFixture> {
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

export async function memoryLedgerFixture(budgets: BudgetSettings, reservedMs?: number): Promise<LedgerFixture> {
  const ledger = memoryLedger(budgets, systemClock, reservedMs);
  return { ledger, other: ledger, close: async () => {} };
}

export async function redisLedgerFixture(
  place: RedisPlace,
  budgets: BudgetSettings,
  reservedMs?: number,
): Promise<LedgerFixture> {
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

export async function memorySettingsFixture(): Promise<SettingsFixture> {
  const settings = memorySettings();
  return { settings, other: settings, close: async () => {} };
}

export async function redisSettingsFixture(place: RedisPlace): Promise<SettingsFixture> {
  const [one, two] = [connectRedis(redisConfig(place), silent), connectRedis(redisConfig(place), silent)];
  // They begin a while after the first setting of all.
  const clock = new FakeClock();
  await one.commands.set('{skein}:settings', '0');
  const over = ({ commands }: RedisConnections): SettingsStore =>
    redisSettings({ redis: commands, prefix: undefined, settingsInUse: () => true }, clock);
  return {
    settings: over(one),
    other: over(two),
    async close() {
      one.close();
      two.close();
      await empty(place);
    },
  };
}

export async function memoryQueueFixture(): Promise<QueueFixture> {
  const clock = new FakeClock();
  const queue = memoryQueue(clock, silent);
  return {
    queue,
    clock,
    async advanceToRetry() {
      await until(() => clock.sleeping.length > 0, 'a wait before the next attempt');
      await clock.advance(LONG_MS);
    },
    close: () => queue.stop(0),
  };
}

export async function redisQueueFixture(place: RedisPlace, shards = 1): Promise<QueueFixture> {
  const clock = new FakeClock();
  const { queue, close } = openRedisQueue(place, clock, { shards });
  return {
    queue,
    clock,
    // Redis queues retry after a millisecond, see `openRedisQueue`.
    advanceToRetry: async () => {},
    async close() {
      await close();
      await empty(place);
    },
  };
}

export async function memoryRequestsFixture(): Promise<RequestsFixture> {
  const clock = new FakeClock();
  const queue = memoryRequests(clock, silent);
  return { queue, clock, close: () => queue.stop(0) };
}

export async function redisRequestsFixture(place: RedisPlace): Promise<RequestsFixture> {
  const clock = new FakeClock();
  const { queue, close } = openRedisRequests(place, clock);
  return {
    queue,
    clock,
    async close() {
      await close();
      await empty(place);
    },
  };
}

export interface OpenQueue<Queue = WorkQueue> {
  queue: Queue;
  lease: ProcessLease;
  connections: RedisConnections;
  close: () => Promise<void>;
}

/** `lease` is the clock of the process's lease. */
export type ProcessOptions = Partial<
  RedisQueueOptions & { shards: number } & LeaseOptions & { lease: Clock; logger: Logger }
>;

/** The queue of one process, except that it retries after a millisecond, and beats often. `options` override the defaults. */
export function openRedisQueue(
  place: Pick<RedisPlace, 'env'>,
  clock: FakeClock,
  options: ProcessOptions = {},
): OpenQueue<RedisQueue> {
  const { logger = silent } = options;
  return open(place, clock, options, (leaseOf) => redisQueue(leaseOf, { ...QUICK, ...options }, clock, logger));
}

/** The same for requests. */
export function openRedisRequests(
  place: Pick<RedisPlace, 'env'>,
  clock: FakeClock,
  options: ProcessOptions = {},
): OpenQueue<RequestQueue> {
  const { logger = silent } = options;
  return open(place, clock, options, (leaseOf) => redisRequests(leaseOf(0), { ...QUICK, ...options }, clock, logger));
}

const QUICK: RedisQueueOptions = { concurrency: 10, delayMs: () => 1 };
const BEAT_MS = 50;

function open<Queue extends Pick<WorkQueue, 'stop'>>(
  place: Pick<RedisPlace, 'env'>,
  clock: FakeClock,
  { lease: leaseClock = systemClock, logger = silent, ...options }: ProcessOptions,
  create: (leaseOf: (shard: number) => ProcessLease) => Queue,
): OpenQueue<Queue> {
  const connections = connectRedis(redisConfig(place), silent);
  const leases: ProcessLease[] = [];
  const leaseOf = (shard: number): ProcessLease =>
    (leases[shard] ??= processLease(connections.commands, { beatMs: BEAT_MS, ...options, shard }, leaseClock, logger));
  const queue = create(leaseOf);
  return {
    queue,
    lease: leaseOf(0),
    connections,
    async close() {
      const stopped = queue.stop(0);
      // The queue's clock stands still, so it would wait for an unreachable Redis for ever.
      if (!(await settlesWithin(CLOSE_MS, stopped, systemClock))) await clock.advance(LONG_MS);
      await stopped;
      connections.close();
    },
  };
}
