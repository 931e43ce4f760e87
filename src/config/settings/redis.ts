/** The connection to Redis. */
import { addresses, matching, text, url, yesOrNo, whole } from '../parsers.js';
import type { Setting } from './setting.js';

export const REDIS = {
  REDIS_URL: {
    description:
      'Address of Redis, which holds the conversations. With Sentinels or a cluster, its host and port are ignored',
    parser: url('redis:', 'rediss:'),
    default: 'redis://127.0.0.1:6379',
    secret: true,
    where: 'redis://user:password@host:port/database, or rediss:// for TLS',
  },
  REDIS_SENTINELS: {
    description: 'Redis Sentinels',
    parser: addresses,
    where: 'host:port, separated by commas',
  },
  REDIS_SENTINEL_NAME: {
    description: 'Name of the master that the Sentinels watch',
    parser: text,
    default: 'mymaster',
  },
  REDIS_SENTINEL_PASSWORD: {
    description: 'Password of the Sentinels, if they need one',
    parser: text,
    secret: true,
    keepsQuotes: true,
  },
  REDIS_CLUSTER_NODES: {
    description: 'Some nodes of a Redis Cluster; Skein finds the others',
    parser: addresses,
    where: 'host:port, separated by commas',
  },
  REDIS_TLS_CA_FILE: {
    description:
      "Path of a PEM file with the certificate of your own certificate authority, or Redis's own if it is self-signed. No other certificate is trusted then",
    parser: text,
    where: 'for rediss://; leave it out to trust the authorities that Node trusts',
  },
  REDIS_TLS_REJECT_UNAUTHORIZED: {
    description:
      "Whether to verify Redis's certificate. `false` accepts any certificate: use it only on a network that you trust. Other connections are not affected",
    parser: yesOrNo,
    default: 'true',
  },
  REDIS_PREFIX: {
    description: 'Prefix for all Redis keys. Bots that share a Redis need different ones',
    parser: matching(/^[\w.-]{1,40}$/, 'must be 1 to 40 letters, digits, dots, dashes and underscores'),
    default: 'skein',
  },
  QUEUE_SHARDS: {
    description:
      'Number of work queues; on a cluster, they are spread over its nodes. A new number takes effect once all processes have stopped',
    parser: whole(1, 64),
    default: '1',
    where: 'docs/scaling.md says when more than one helps',
  },
} as const satisfies Record<string, Setting>;
