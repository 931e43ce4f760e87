import type { RedisConfig } from '../config/config.js';
import type { Clock, Logger } from '../core/ports.js';
import { holdsOnlyAPart, isCluster, type RedisClient, redisClient } from './client.js';
import { reportOutages } from './outages.js';

/**
 * Slack waits three seconds for an ack and then sends the event again, so what stands before the ack must fail sooner
 * than that. https://docs.slack.dev/apis/events-api/#responding
 */
const COMMAND_TIMEOUT_MS = 1_500;
const CONNECT_TIMEOUT_MS = 5_000;
/** A server that vanished without a word is looked for anew when it has been silent for so long. */
const COMMAND_SILENCE_MS = 5_000;
/** BullMQ's worker waits 10 s for a job in one command. */
const BLOCKING_SILENCE_MS = 12_000;
const LONGEST_RECONNECT_MS = 2_000;
/** A server that is still loading is asked so often whether it has done. */
const LOADING_RETRY_MS = 500;
const START_RETRY_MS = 500;

/** All that ioredis says of a connection that did not come about, in some places. */
const CLOSED = 'Connection is closed.';

export interface RedisConnections {
  /** Fails soon: for the store and for wake-ups. */
  commands: RedisClient;
  /** Waits as long as it takes, as BullMQ's workers must. */
  blocking: RedisClient;
  /** The setting that says where Redis is. */
  setting: string;
  close(): void;
}

/** Redis did not answer in time at start. */
class RedisUnreachable extends Error {
  override readonly name = 'RedisUnreachable';
}

/** It answered, and is not all of it. */
class RedisNodeAlone extends Error {
  override readonly name = 'RedisNodeAlone';
}

/** Two connections to one Redis, not yet opened. They reconnect by themselves for ever. */
export function connectRedis(config: RedisConfig, logger: Logger): RedisConnections {
  const common = {
    connectTimeout: CONNECT_TIMEOUT_MS,
    maxLoadingRetryTime: LOADING_RETRY_MS,
    retryStrategy: (attempt: number) => Math.min(50 * 2 ** attempt, LONGEST_RECONNECT_MS),
  };
  const commands = redisClient(config, {
    ...common,
    maxRetriesPerRequest: 1,
    commandTimeout: COMMAND_TIMEOUT_MS,
    socketTimeout: COMMAND_SILENCE_MS,
    reconnectOnError: isElsewhere,
  });
  const blocking = redisClient(config, {
    ...common,
    maxRetriesPerRequest: null,
    socketTimeout: BLOCKING_SILENCE_MS,
    // 2: and sends it again there.
    reconnectOnError: (error) => isElsewhere(error) && 2,
  });
  reportOutages(commands, logger);
  // Both go the same way; ioredis wants a listener all the same.
  blocking.on('error', () => {});
  return {
    commands,
    blocking,
    setting: config.clusterNodes
      ? 'REDIS_CLUSTER_NODES'
      : config.sentinels
        ? 'REDIS_SENTINELS, REDIS_SENTINEL_NAME'
        : 'REDIS_URL',
    close() {
      commands.disconnect();
      blocking.disconnect();
    },
  };
}

/**
 * Resolves when Redis answers on both connections; throws `RedisUnreachable` at `deadline` (milliseconds since 1970), and
 * `RedisNodeAlone` where the settings name one node of a cluster and do not say so.
 */
export async function untilReachable(
  { commands, blocking, setting }: RedisConnections,
  deadline: number,
  clock: Clock,
  logger: Logger,
): Promise<void> {
  let reason: Error | undefined;
  const note = (error: Error): void => {
    // Of connections that were tried because another one had failed.
    if (reason && error.message === CLOSED) return;
    if (!reason)
      logger.warn(
        { reason: error.message },
        `Redis does not answer yet; trying for ${Math.ceil((deadline - clock.now()) / 1_000)} s`,
      );
    reason = error;
  };
  const failing = isCluster(commands) ? 'node error' : 'error';
  commands.on(failing, note);
  for (const connection of [commands, blocking]) connection.connect().catch(() => {});
  try {
    for (;;) {
      const answered = await commands.ping().then(
        () => true,
        () => false,
      );
      if (answered && (await holdsOnlyAPart(commands))) {
        throw new RedisNodeAlone(
          `the server of ${setting} is one node of a Redis Cluster: name some of its nodes in REDIS_CLUSTER_NODES`,
        );
      }
      if (answered) return;
      if (clock.now() > deadline) {
        const why = reason ? ` (${reason.message})` : '';
        throw new RedisUnreachable(`Redis cannot be reached${why}: check ${setting}, and that the server runs`, {
          cause: reason,
        });
      }
      await clock.sleep(START_RETRY_MS);
    }
  } finally {
    commands.off(failing, note);
  }
}

/** A master that became a replica, or one that has just started: the connection has to be made anew. */
function isElsewhere({ message }: Error): boolean {
  return /^(READONLY|LOADING) /.test(message);
}
