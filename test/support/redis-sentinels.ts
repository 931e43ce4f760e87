/** A master, its replica, and three Sentinels that make the replica the master when that one is gone. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { RedisPlace } from './redis-place.js';
import { administering, guarded, listening, redisUrl, SENTINEL_PASSWORD, sentinelAccess } from './redis-security.js';
import { HOST, type RedisServer, startServer } from './redis-server.js';
import { until } from './until.js';

const NAME = 'the-master';
const SENTINELS = 3;
const QUORUM = 2;
/** After so long a silence a master counts as gone. */
const DOWN_AFTER_MS = 1_000;
const FAILOVER_TIMEOUT_MS = 10_000;
const TOGETHER_MS = 30_000;

export interface RedisSentinels extends RedisPlace {
  readonly sentinels: readonly RedisServer[];
  /** The server that the Sentinels call the master now. */
  master(): Promise<RedisServer>;
  /** Resolves when the replica has what the master had at the call: a master that dies takes what its replica has not with it. */
  replicated(): Promise<void>;
  /** Has the replica made the master, both being there. */
  failover(): Promise<void>;
}

export async function startSentinels(secure = false): Promise<RedisSentinels> {
  const first = await startHolder(secure);
  const second = await startHolder(secure, ['--replicaof', HOST, String(first.port)]);
  await untilReplicated(second, secure);
  const sentinels = await Promise.all(Array.from({ length: SENTINELS }, () => startSentinel(first, secure)));
  const clients = sentinels.map(({ port }) => new Redis(port, administering(secure, SENTINEL_PASSWORD)));
  const [asked] = clients as [Redis];
  await until(
    async () => (await Promise.all(clients.map(knowsAll))).every(Boolean),
    'the Sentinels to know of everybody',
    TOGETHER_MS,
  );

  return {
    env: {
      // Of the address they know better.
      REDIS_URL: redisUrl(9, secure),
      REDIS_SENTINELS: sentinels.map(({ port }) => `${HOST}:${port}`).join(','),
      REDIS_SENTINEL_NAME: NAME,
      ...(secure && { REDIS_SENTINEL_PASSWORD: SENTINEL_PASSWORD }),
    },
    sentinels,
    async master() {
      const [, port] = (await asked.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME)) as [string, string];
      return Number(port) === first.port ? first : second;
    },
    async replicated() {
      const written = offsetOf(await replicationOf(first, secure));
      await until(
        async () => offsetOf(await replicationOf(second, secure)) >= written,
        'the replica to have it all',
        TOGETHER_MS,
      );
    },
    async failover() {
      await asked.call('SENTINEL', 'FAILOVER', NAME);
    },
    async stop() {
      for (const client of clients) client.disconnect();
      await Promise.all([first, second, ...sentinels].map((server) => server.stop()));
    },
  };
}

function startHolder(secure: boolean, options: string[] = []): Promise<RedisServer> {
  return startServer((port, directory) => {
    const kept = ['--dir', directory, '--save', '', '--repl-diskless-sync-delay', '0'];
    return [...kept, ...listening(port, secure), ...guarded(secure), ...options];
  });
}

function startSentinel(master: RedisServer, secure: boolean): Promise<RedisServer> {
  return startServer(async (port, directory) => {
    const file = join(directory, 'sentinel.conf');
    const lines = [
      `dir ${directory}`,
      // As on a command line, one option a line.
      listening(port, secure).join(' ').replaceAll(/ ?--/g, '\n'),
      `sentinel monitor ${NAME} ${HOST} ${master.port} ${QUORUM}`,
      `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}`,
      `sentinel failover-timeout ${NAME} ${FAILOVER_TIMEOUT_MS}`,
      ...(secure ? sentinelAccess(NAME) : []),
    ];
    await writeFile(file, `${lines.join('\n')}\n`);
    return [file, '--sentinel'];
  });
}

/** What a server says of its replication. */
async function replicationOf({ port }: RedisServer, secure: boolean): Promise<string> {
  const client = new Redis(port, administering(secure));
  const info = await client.info('replication');
  client.disconnect();
  return info;
}

/** How much of what a master was told to write a server has, in bytes. */
function offsetOf(replication: string): number {
  return Number(/^(?:slave_repl_offset|master_repl_offset):(\d+)/m.exec(replication)?.[1]);
}

/** A replica that the Sentinels find in the middle of its first copy is looked at again only after ten seconds. */
async function untilReplicated(replica: RedisServer, secure: boolean): Promise<void> {
  await until(
    async () => (await replicationOf(replica, secure)).includes('master_link_status:up'),
    'the replica to have its copy',
    TOGETHER_MS,
  );
}

async function knowsAll(client: Redis): Promise<boolean> {
  const facts = (await client.call('SENTINEL', 'MASTER', NAME)) as string[];
  const fact = (name: string): string | undefined => facts[facts.indexOf(name) + 1];
  return (
    fact('num-slaves') === '1' && fact('num-other-sentinels') === String(SENTINELS - 1) && fact('flags') === 'master'
  );
}
