/** A master, its replica, and three Sentinels that promote the replica when the master fails. */
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
/** A master that is silent this long counts as down. */
const DOWN_AFTER_MS = 1_000;
const FAILOVER_TIMEOUT_MS = 10_000;
const READY_TIMEOUT_MS = 30_000;

export interface RedisSentinels extends RedisPlace {
  readonly sentinels: readonly RedisServer[];
  /** The current master, according to the Sentinels. */
  master(): Promise<RedisServer>;
  /** Resolves when the replica has everything the master had at the time of the call: a failover loses the rest. */
  replicated(): Promise<void>;
  /** Starts a failover while both servers are up. */
  failover(): Promise<void>;
}

export async function startSentinels(secure = false): Promise<RedisSentinels> {
  const first = await startDataServer(secure);
  const second = await startDataServer(secure, ['--replicaof', HOST, String(first.port)]);
  await untilReplicated(second, secure);
  const sentinels = await Promise.all(Array.from({ length: SENTINELS }, () => startSentinel(first, secure)));
  const clients = sentinels.map(({ port }) => new Redis(port, administering(secure, SENTINEL_PASSWORD)));
  const [client] = clients as [Redis];
  await until(
    async () => (await Promise.all(clients.map(knowsAll))).every(Boolean),
    'the Sentinels to know the replica and each other',
    READY_TIMEOUT_MS,
  );

  return {
    env: {
      // Ignored except for the credentials: the Sentinels give the address.
      REDIS_URL: redisUrl(9, secure),
      REDIS_SENTINELS: sentinels.map(({ port }) => `${HOST}:${port}`).join(','),
      REDIS_SENTINEL_NAME: NAME,
      ...(secure && { REDIS_SENTINEL_PASSWORD: SENTINEL_PASSWORD }),
    },
    sentinels,
    async master() {
      const [, port] = (await client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME)) as [string, string];
      return Number(port) === first.port ? first : second;
    },
    async replicated() {
      const written = offsetOf(await replicationOf(first, secure));
      await until(
        async () => offsetOf(await replicationOf(second, secure)) >= written,
        'the replica to catch up',
        READY_TIMEOUT_MS,
      );
    },
    async failover() {
      await client.call('SENTINEL', 'FAILOVER', NAME);
    },
    async stop() {
      for (const each of clients) each.disconnect();
      await Promise.all([first, second, ...sentinels].map((server) => server.stop()));
    },
  };
}

function startDataServer(secure: boolean, options: string[] = []): Promise<RedisServer> {
  return startServer((port, directory) => {
    const persistence = ['--dir', directory, '--save', '', '--repl-diskless-sync-delay', '0'];
    return [...persistence, ...listening(port, secure), ...guarded(secure), ...options];
  });
}

function startSentinel(master: RedisServer, secure: boolean): Promise<RedisServer> {
  return startServer(async (port, directory) => {
    const file = join(directory, 'sentinel.conf');
    const lines = [
      `dir ${directory}`,
      // The options of a command line, one per line.
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

/** The server's INFO replication. */
async function replicationOf({ port }: RedisServer, secure: boolean): Promise<string> {
  const client = new Redis(port, administering(secure));
  const info = await client.info('replication');
  client.disconnect();
  return info;
}

/** Replication offset in bytes. */
function offsetOf(replication: string): number {
  return Number(/^(?:slave_repl_offset|master_repl_offset):(\d+)/m.exec(replication)?.[1]);
}

/** Needed before the Sentinels start: they check a replica that is still syncing only after another ten seconds. */
async function untilReplicated(replica: RedisServer, secure: boolean): Promise<void> {
  await until(
    async () => (await replicationOf(replica, secure)).includes('master_link_status:up'),
    'the first replication to complete',
    READY_TIMEOUT_MS,
  );
}

async function knowsAll(client: Redis): Promise<boolean> {
  const fields = (await client.call('SENTINEL', 'MASTER', NAME)) as string[];
  const field = (name: string): string | undefined => fields[fields.indexOf(name) + 1];
  return (
    field('num-slaves') === '1' && field('num-other-sentinels') === String(SENTINELS - 1) && field('flags') === 'master'
  );
}
