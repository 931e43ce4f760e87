/** A connection to Redis, however many servers it is: one, a master that Sentinels name, or a cluster. */
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RedisConfig } from '../config/config.js';

export type RedisClient = Redis | Cluster;

export interface ClientOptions extends Pick<
  RedisOptions,
  'connectTimeout' | 'commandTimeout' | 'socketTimeout' | 'maxLoadingRetryTime' | 'reconnectOnError'
> {
  /** Milliseconds before the next attempt to connect; null: none. */
  retryStrategy: (attempt: number) => number | null;
  /** After how many of them a command fails; null: never. */
  maxRetriesPerRequest: number | null;
}

/**
 * A server that does not close its side is left after so long. ioredis's own two seconds keep a process alive that has
 * nothing more to do, be the connection gone or not.
 */
const DISCONNECT_TIMEOUT_MS = 250;
/** Of one that does not answer the next one is asked. */
const SENTINEL_TIMEOUT_MS = 1_000;
/** A cluster is asked so often which node holds what: of one that vanished nothing else tells. */
const SLOTS_REFRESH_MS = 5_000;

/** Not yet opened. */
export function redisClient(config: RedisConfig, options: ClientOptions): RedisClient {
  const { url, sentinels, clusterNodes } = config;
  if (clusterNodes) return clusterOf(config, options);
  const secure = url.startsWith('rediss:');
  return new Redis(url, {
    ...options,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    lazyConnect: true,
    ...(sentinels && {
      sentinels: [...sentinels.addresses],
      name: sentinels.master,
      sentinelRetryStrategy: options.retryStrategy,
      sentinelCommandTimeout: SENTINEL_TIMEOUT_MS,
      ...(sentinels.password !== undefined && { sentinelPassword: sentinels.password }),
      ...(secure && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
    }),
  });
}

export function isCluster(client: RedisClient): client is Cluster {
  return client instanceof Cluster;
}

/** Nothing is asked of it as long as it is one. */
export function isReplica(node: Redis): boolean {
  return node.options.readOnly === true;
}

/** The servers that hold keys. */
export function mastersOf(client: RedisClient): Redis[] {
  return isCluster(client) ? client.nodes('master') : [client];
}

/** Whether it is one node of a cluster, other nodes of which hold keys too. Asked as one server it would refuse those. */
export async function holdsOnlyAPart(client: RedisClient): Promise<boolean> {
  if (isCluster(client)) return false;
  try {
    const [slots, own] = await Promise.all([client.call('CLUSTER', 'SLOTS'), client.call('CLUSTER', 'MYID')]);
    return (slots as SlotRange[]).some(([, , [, , holder]]) => holder !== own);
  } catch {
    // It has no cluster, or tells nobody about it.
    return false;
  }
}

/** First and last slot, then who holds them: host, port, id. https://redis.io/docs/latest/commands/cluster-slots/ */
type SlotRange = [first: number, last: number, holder: [host: string, port: number, id: string]];

function clusterOf({ url, clusterNodes = [] }: RedisConfig, { retryStrategy, ...options }: ClientOptions): Cluster {
  // ioredis reads the URL; nothing is opened.
  const { username, password, tls } = new Redis(url, { lazyConnect: true }).options;
  const cluster = new TimedCluster([...clusterNodes], {
    lazyConnect: true,
    // With it `connect` never ends where a part of the cluster is down, and BullMQ waits for that.
    enableReadyCheck: false,
    clusterRetryStrategy: retryStrategy,
    slotsRefreshInterval: SLOTS_REFRESH_MS,
    ...(options.maxRetriesPerRequest === null && { maxRedirections: Number.POSITIVE_INFINITY }),
    // Names stay names: a certificate is made out to them.
    dnsLookup: (name, found) => found(null, name),
    redisOptions: { ...options, disconnectTimeout: DISCONNECT_TIMEOUT_MS, username, password, tls },
  });
  // At once and not with the first command: ioredis says what is wrong with a node only of connections like this one.
  cluster.on('+node', (node: Redis) => {
    if (!isReplica(node)) node.connect().catch(() => {});
  });
  return cluster;
}

/** ioredis times a cluster's command only once a node has it: with no node left it would wait for ever. https://github.com/redis/ioredis/issues/1604 */
class TimedCluster extends Cluster {
  override sendCommand(...args: Parameters<Cluster['sendCommand']>): unknown {
    const limit = this.options.redisOptions?.commandTimeout;
    if (limit !== undefined) args[0].setTimeout(limit);
    return super.sendCommand(...args);
  }
}
