/** Where the bot keeps its data: in Redis, or in memory. With `bot.ts` the only file that names adapters. */
import type { Config } from './config/config.js';
import type { ChannelSettings } from './core/channel.js';
import type {
  ChannelStore,
  Clock,
  ConversationStore,
  FeedbackStore,
  FileStore,
  Limits,
  Logger,
  RequestQueue,
  SettingsStore,
  StopSignals,
  UsageLedger,
  WorkQueue,
} from './core/ports.js';
import { memoryChannels } from './in-memory/channels.js';
import { memoryFeedback } from './in-memory/feedback.js';
import { memoryFiles } from './in-memory/files.js';
import { memoryLedger } from './in-memory/ledger.js';
import { memoryLimits } from './in-memory/limits.js';
import { memoryQueue } from './in-memory/queue.js';
import { memoryRequests } from './in-memory/requests.js';
import { memorySettings } from './in-memory/settings.js';
import { memoryStopSignals } from './in-memory/stop-signals.js';
import { memoryStore } from './in-memory/store.js';
import { redisChannels } from './redis/channels.js';
import { connectRedis, waitUntilReachable } from './redis/connection.js';
import { redisFeedback } from './redis/feedback.js';
import { redisFiles } from './redis/files.js';
import { type ProcessLease, processLease } from './redis/lease.js';
import { redisLedger } from './redis/ledger.js';
import { redisLimits } from './redis/limits.js';
import { redisQueue } from './redis/queue.js';
import { redisRequests } from './redis/requests.js';
import { redisSettings } from './redis/settings.js';
import { checkRedisAtStart } from './redis/start-check.js';
import { redisStopSignals } from './redis/stop-signals.js';
import { redisStore } from './redis/store.js';
import { redisSweeper, type Sweeper, type SweeperOptions } from './redis/sweeper.js';

/** In one process. */
const REQUESTS_AT_ONCE = 10;

export interface Storage {
  store: ConversationStore;
  channels: ChannelStore;
  files: FileStore;
  queue: WorkQueue;
  requests: RequestQueue;
  limits: Limits;
  ledger: UsageLedger;
  settings: SettingsStore;
  signals: StopSignals;
  feedback: FeedbackStore;
  /** Finds questions that nobody works on. */
  sweeper: Sweeper;
  /** Rejects if it cannot be reached by `deadline`, milliseconds since 1970, and if the bot could not work with it. */
  open(deadline: number): Promise<void>;
  /** Rejects if it does not answer now. */
  ping(): Promise<unknown>;
  close(): void;
}

/** `memory`: only this process, forgotten when it ends. */
export type StorageKind = 'redis' | 'memory';

/** When forgotten questions are looked for. */
export type SweepTimes = Pick<SweeperOptions, 'everyMs' | 'leastAgeMs'>;

export function createStorage(
  kind: StorageKind,
  config: Config,
  clock: Clock,
  logger: Logger,
  sweep: SweepTimes = {},
): Storage {
  return kind === 'memory' ? inMemory(config, clock, logger) : inRedis(config, clock, logger, sweep);
}

/** Conversations, channels and settings in memory, for a process that is not the bot's. */
export function createKeptStores(channel: ChannelSettings): Pick<Storage, 'store' | 'channels' | 'settings'> {
  return { store: memoryStore(), channels: memoryChannels(channel), settings: memorySettings() };
}

function inMemory({ conversation, limits, budgets }: Config, clock: Clock, logger: Logger): Storage {
  return {
    store: memoryStore(),
    channels: memoryChannels(conversation.channel),
    files: memoryFiles(clock),
    queue: memoryQueue(clock, logger),
    requests: memoryRequests(clock, logger),
    limits: memoryLimits(limits),
    ledger: memoryLedger(budgets, clock),
    settings: memorySettings(),
    signals: memoryStopSignals(),
    feedback: memoryFeedback(),
    // Questions and wake-ups are lost together.
    sweeper: { start: () => {}, stop: async () => {} },
    open: async () => {},
    ping: async () => {},
    close: () => {},
  };
}

function inRedis(config: Config, clock: Clock, logger: Logger, sweep: SweepTimes): Storage {
  const connections = connectRedis(config.redis, logger);
  const { prefix } = config.redis;
  const { ttlDays, channel } = config.conversation;
  const leases: ProcessLease[] = [];
  const leaseOf = (shard: number): ProcessLease =>
    (leases[shard] ??= processLease(connections.commands, { prefix, shard }, clock, logger));
  const { concurrency, queueShards: shards } = config;
  const queue = redisQueue(leaseOf, { concurrency, shards }, clock, logger);
  const signals = redisStopSignals(connections.commands, prefix, logger);
  return {
    store: redisStore(connections.commands, ttlDays, prefix),
    channels: redisChannels(connections.commands, channel, ttlDays, prefix),
    files: redisFiles(connections.commands, ttlDays, prefix),
    queue,
    sweeper: redisSweeper(connections.commands, queue, { prefix, ...sweep }, clock, logger),
    requests: redisRequests(leaseOf(0), { concurrency: REQUESTS_AT_ONCE }, clock, logger),
    limits: redisLimits(connections.commands, config.limits, config.redis.prefix),
    ledger: redisLedger(connections.commands, config.budgets, config.redis.prefix),
    settings: redisSettings(leaseOf(0), clock),
    signals,
    feedback: redisFeedback(connections.commands, ttlDays, prefix),
    async open(deadline) {
      await waitUntilReachable(connections, deadline, clock, logger);
      await checkRedisAtStart(connections, prefix, deadline, clock, logger);
      await queue.open();
    },
    ping: () => connections.commands.ping(),
    close() {
      signals.close();
      connections.close();
    },
  };
}
