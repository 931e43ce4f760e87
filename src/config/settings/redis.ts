/** The connection to Redis. */
import { addresses, matching, text, url, yesOrNo, whole } from '../parsers.js';
import type { Setting } from './setting.js';

export const REDIS = {
  REDIS_URL: {
    description: 'Redis, which holds the conversations; with Sentinels or a cluster its host and port do not count',
    parser: url('redis:', 'rediss:'),
    default: 'redis://127.0.0.1:6379',
    secret: true,
    where: 'redis://user:password@host:port/database, rediss:// with TLS',
  },
  REDIS_SENTINELS: {
    description: 'Sentinels that know where the master is',
    parser: addresses,
    where: 'host:port, several with commas between them',
  },
  REDIS_SENTINEL_NAME: {
    description: 'What the Sentinels call the master',
    parser: text,
    default: 'mymaster',
  },
  REDIS_SENTINEL_PASSWORD: {
    description: 'Password of the Sentinels themselves, if they want one',
    parser: text,
    secret: true,
    keepsQuotes: true,
  },
  REDIS_CLUSTER_NODES: {
    description: 'Some of the nodes of a Redis Cluster; they name the others',
    parser: addresses,
    where: 'host:port, several with commas between them',
  },
  REDIS_TLS_CA_FILE: {
    description:
      "Path of a PEM file with the certificate of your own authority, or with Redis's own if it is self-signed; no other is trusted then",
    parser: text,
    where: 'for rediss://; leave it out for the authorities that Node knows',
  },
  REDIS_TLS_REJECT_UNAUTHORIZED: {
    description:
      "Whether Redis's certificate is checked; `false` takes any, for a network that you trust, and nothing else is affected",
    parser: yesOrNo,
    default: 'true',
  },
  REDIS_PREFIX: {
    description:
      'What the names of all keys in Redis begin with; another one for each bot that shares a Redis with others',
    parser: matching(/^[\w.-]{1,40}$/, 'must be 1 to 40 letters, digits, dots, dashes and underscores'),
    default: 'skein',
  },
  QUEUE_SHARDS: {
    description:
      'Queues that wake-ups of conversations are spread over, on a cluster over its nodes; another number counts once all processes have stopped',
    parser: whole(1, 64),
    default: '1',
    where: 'docs/scaling.md says when more than one helps',
  },
} as const satisfies Record<string, Setting>;
