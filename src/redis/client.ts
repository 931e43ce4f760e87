/** Redis clients for one server, for a master that Sentinels name, and for a cluster. */
import type { ConnectionOptions } from 'node:tls';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RedisConfig } from '../config/config.js';
import { writeTogether } from './write-together.js';

export type RedisClient = Redis | Cluster;

export interface ClientOptions extends Pick<
  RedisOptions,
  'connectTimeout' | 'commandTimeout' | 'socketTimeout' | 'maxLoadingRetryTime' | 'reconnectOnError'
> {
  /** Milliseconds before the next connection attempt; null: no further attempt. */
  retryStrategy: (attempt: number) => number | null;
  /** Connection attempts after which a command fails. */
  maxRetriesPerRequest: number;
}

/**
 * How long `disconnect` waits for the server to close its side. ioredis's default of two seconds keeps a finished
 * process alive, even when the connection is already closed.
 */
const DISCONNECT_TIMEOUT_MS = 250;
/** A Sentinel that has not answered by then is skipped. */
const SENTINEL_TIMEOUT_MS = 1_000;
/** How often a cluster is asked which node holds which slots. Nothing else reveals a node that vanished. */
const SLOTS_REFRESH_MS = 5_000;

/** A client that is not connected yet. */
export function redisClient(config: RedisConfig, options: ClientOptions): RedisClient {
  const { url, sentinels, clusterNodes } = config;
  if (clusterNodes) return clusterOf(config, options);
  const tls = tlsOptions(config);
  const client = new Redis(url, {
    ...options,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    lazyConnect: true,
    ...(tls && { tls }),
    ...(sentinels && {
      sentinels: [...sentinels.addresses],
      name: sentinels.master,
      sentinelRetryStrategy: options.retryStrategy,
      sentinelCommandTimeout: SENTINEL_TIMEOUT_MS,
      ...(sentinels.password !== undefined && { sentinelPassword: sentinels.password }),
      ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: tls }),
    }),
  });
  writeTogether(client);
  return client;
}

/** Undefined: the connection is not encrypted. */
function tlsOptions({ url, tls }: RedisConfig): ConnectionOptions | undefined {
  return url.startsWith('rediss:') ? { ...tls } : undefined;
}

export function isCluster(client: RedisClient): client is Cluster {
  return client instanceof Cluster;
}

/** Replicas get no commands. */
export function isReplica(node: Redis): boolean {
  return node.options.readOnly === true;
}

/** The servers that hold keys: the masters of a cluster, or the only server. */
export function mastersOf(client: RedisClient): Redis[] {
  return isCluster(client) ? client.nodes('master') : [client];
}

/** Whether this is one node of a cluster, used as if it were the only server: it refuses the keys of other nodes. */
export async function holdsOnlySomeSlots(client: RedisClient): Promise<boolean> {
  if (isCluster(client)) return false;
  try {
    const [slots, ownId] = await Promise.all([client.call('CLUSTER', 'SLOTS'), client.call('CLUSTER', 'MYID')]);
    return (slots as SlotRange[]).some(([, , [, , id]]) => id !== ownId);
  } catch {
    // Not a cluster node, or not allowed to ask.
    return false;
  }
}

/** First and last slot, then the node that holds them. https://redis.io/docs/latest/commands/cluster-slots/ */
type SlotRange = [first: number, last: number, holder: [host: string, port: number, id: string]];

function clusterOf(config: RedisConfig, { retryStrategy, ...options }: ClientOptions): Cluster {
  const { url, clusterNodes = [] } = config;
  // Only parses the URL: opens no connection.
  const { username, password } = new Redis(url, { lazyConnect: true }).options;
  const tls = tlsOptions(config);
  const cluster = new TimedCluster([...clusterNodes], {
    lazyConnect: true,
    // With the check, the client would not become ready while a part of the cluster is down.
    enableReadyCheck: false,
    clusterRetryStrategy: retryStrategy,
    slotsRefreshInterval: SLOTS_REFRESH_MS,
    // Keep host names, because TLS certificates are issued for them.
    dnsLookup: (name, found) => found(null, name),
    redisOptions: { ...options, disconnectTimeout: DISCONNECT_TIMEOUT_MS, username, password, ...(tls && { tls }) },
  });
  // Connect now, not at the first command: ioredis emits a node's errors only for connections made explicitly.
  cluster.on('+node', (node: Redis) => {
    if (isReplica(node)) return;
    writeTogether(node);
    node.connect().catch(() => {});
  });
  return cluster;
}

/**
 * Starts the timeout of a command at once. ioredis starts it only when a node gets the command: with no node left, the
 * command would wait for ever. https://github.com/redis/ioredis/issues/1604
 */
class TimedCluster extends Cluster {
  override sendCommand(...args: Parameters<Cluster['sendCommand']>): unknown {
    const timeoutMs = this.options.redisOptions?.commandTimeout;
    if (timeoutMs !== undefined) args[0].setTimeout(timeoutMs);
    return super.sendCommand(...args);
  }
}
