import type { RedisConfig } from '../config/config.js';
import type { Clock, Logger } from '../core/ports.js';
import { backoffMs } from '../core/retry-policy.js';
import { holdsOnlySomeSlots, isCluster, type RedisClient, redisClient } from './client.js';
import { logOutages } from './connection-log.js';
import { lastingProblem } from './connection-problems.js';

/**
 * Slack waits three seconds for an ack and then sends the event again, so a command that runs before the ack must fail
 * sooner. https://docs.slack.dev/apis/events-api/#responding
 */
const COMMAND_TIMEOUT_MS = 1_500;
const CONNECT_TIMEOUT_MS = 5_000;
/** Reconnects when the server sends nothing for so long: it may have vanished without closing the connection. */
const COMMAND_SILENCE_MS = 5_000;
const RECONNECT_BACKOFF = { firstMs: 100, longestMs: 2_000 };
/** How often a server that is still loading its data is asked whether it is ready. */
const LOADING_RETRY_MS = 500;
const START_RETRY_MS = 500;

/** ioredis's message where a failed connection has a reason, but ioredis does not tell it. */
const CONNECTION_CLOSED = 'Connection is closed.';

export interface RedisConnections {
  /** Its commands fail fast. */
  commands: RedisClient;
  /** Name of the setting that says where Redis is, for error messages. */
  setting: string;
  /** The ACL user that the settings name, for error messages. */
  user: string;
  close(): void;
}

/** Redis did not answer in time at startup. */
class RedisUnreachable extends Error {
  override readonly name = 'RedisUnreachable';
}

/** Redis refuses the connection, or its certificate is not trusted. Trying again does not help. */
class RedisRefused extends Error {
  override readonly name = 'RedisRefused';
}

/** The settings name one node of a Redis Cluster as if it were the only server. */
class RedisClusterNotConfigured extends Error {
  override readonly name = 'RedisClusterNotConfigured';
}

/** A connection that is not opened yet. It reconnects automatically and never gives up. */
export function connectRedis(config: RedisConfig, logger: Logger): RedisConnections {
  const commands = redisClient(config, {
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    socketTimeout: COMMAND_SILENCE_MS,
    maxLoadingRetryTime: LOADING_RETRY_MS,
    maxRetriesPerRequest: 1,
    retryStrategy: (attempt) => backoffMs(RECONNECT_BACKOFF, attempt),
    reconnectOnError: needsReconnect,
  });
  logOutages(commands, logger);
  return {
    commands,
    setting: config.clusterNodes
      ? 'REDIS_CLUSTER_NODES'
      : config.sentinels
        ? 'REDIS_SENTINELS, REDIS_SENTINEL_NAME'
        : 'REDIS_URL',
    user: decodeURIComponent(new URL(config.url).username) || 'default',
    close() {
      commands.disconnect();
    },
  };
}

/**
 * Opens the connection and resolves when Redis answers. Throws `RedisUnreachable` at `deadline` (milliseconds since
 * 1970), `RedisRefused` at once for a wrong password or certificate, and `RedisClusterNotConfigured` if the settings name
 * one node of a cluster as the only server.
 */
export async function waitUntilReachable(
  { commands, setting }: RedisConnections,
  deadline: number,
  clock: Clock,
  logger: Logger,
): Promise<void> {
  let reason: Error | undefined;
  const onFailure = (error: Error): void => {
    // Keep the error that tells the reason.
    if (reason && error.message === CONNECTION_CLOSED) return;
    if (!reason)
      logger.warn(
        { reason: error.message },
        `cannot reach Redis yet; trying for another ${Math.ceil((deadline - clock.now()) / 1_000)} s`,
      );
    reason = error;
  };
  const failureEvent = isCluster(commands) ? 'node error' : 'error';
  commands.on(failureEvent, onFailure);
  commands.connect().catch(() => {});
  try {
    for (;;) {
      const answered = await commands.ping().then(
        () => true,
        // Whoever may not even do this is told at the check of rights.
        ({ message }: Error) => message.startsWith('NOPERM'),
      );
      const problem = reason && !answered && lastingProblem(reason, setting);
      if (problem) throw new RedisRefused(problem, { cause: reason });
      if (answered && (await holdsOnlySomeSlots(commands))) {
        throw new RedisClusterNotConfigured(
          `the server at ${setting} is part of a Redis Cluster: set REDIS_CLUSTER_NODES to some of its nodes`,
        );
      }
      if (answered) return;
      if (clock.now() > deadline) {
        const why = reason ? ` (${reason.message})` : '';
        throw new RedisUnreachable(`cannot reach Redis${why}: check ${setting}, and that the server is running`, {
          cause: reason,
        });
      }
      await clock.sleep(START_RETRY_MS);
    }
  } finally {
    commands.off(failureEvent, onFailure);
  }
}

/** The server became a replica or is loading its data, so a new connection may lead to another master. */
function needsReconnect({ message }: Error): boolean {
  // Redis 6 wraps the error of a command in that of the script that called it.
  return /^LOADING |(^|[\s-])READONLY /.test(message);
}
