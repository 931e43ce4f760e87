/** A Redis Cluster of three masters, each with a third of the slots, and with a replica of its own if wanted. */
import { Redis } from 'ioredis';
import { freePort } from './free-port.js';
import type { RedisPlace } from './redis-place.js';
import { administering, guarded, listening, redisUrl } from './redis-security.js';
import { HOST, type RedisServer, startServer } from './redis-server.js';
import { until } from './until.js';

const NAME = 'localhost';
const MASTERS = 3;
const SLOTS = 16_384;
/** After so long a silence a node counts as failed. */
const NODE_TIMEOUT_MS = 1_000;
const TOGETHER_MS = 30_000;

export interface RedisCluster extends RedisPlace {
  readonly masters: readonly RedisServer[];
  readonly replicas: readonly RedisServer[];
  /** The master that held a key at the beginning. */
  holding(key: string): Promise<RedisServer>;
  /** Resolves when every node has every other one, and takes what is its own. */
  untilWhole(): Promise<void>;
  /** Resolves when the replicas have what their masters had at the call. */
  untilReplicated(): Promise<void>;
  /** Resolves when the other nodes have noticed that one is gone, and take nothing more. */
  untilMissed(gone: RedisServer): Promise<void>;
}

interface Node {
  server: RedisServer;
  client: Redis;
  busPort: number;
}

/** Each node writes to disk what it is told, before it says so. */
export async function startCluster({ secure = false, replicated = false } = {}): Promise<RedisCluster> {
  const masters = await Promise.all(Array.from({ length: MASTERS }, () => startNode(secure)));
  const [first] = masters as [Node];
  for (const [at, { client }] of masters.entries()) {
    await client.cluster('SET-CONFIG-EPOCH', at + 1);
    await client.cluster(
      'ADDSLOTSRANGE',
      Math.ceil((at * SLOTS) / MASTERS),
      Math.ceil(((at + 1) * SLOTS) / MASTERS) - 1,
    );
  }
  const replicas = replicated ? await Promise.all(masters.map(() => startNode(secure))) : [];
  const nodes = [...masters, ...replicas];
  for (const { server, busPort } of nodes.slice(1)) await first.client.cluster('MEET', HOST, server.port, busPort);
  await untilKnown(nodes);
  for (const [at, { client }] of replicas.entries())
    await client.cluster('REPLICATE', (await masters[at]?.client.cluster('MYID')) as string);
  const untilReplicated = async (): Promise<void> => {
    for (const { client } of replicated ? masters : []) await untilCopied(client);
  };
  await untilReplicated();
  if (replicated)
    await until(
      async () => (await Promise.all(nodes.map(namesReplicas))).every(Boolean),
      'the replicas to be known',
      TOGETHER_MS,
    );

  return {
    env: {
      REDIS_URL: redisUrl(9, secure),
      REDIS_CLUSTER_NODES: masters.map(({ server }) => `${secure ? NAME : HOST}:${server.port}`).join(','),
    },
    masters: masters.map(({ server }) => server),
    replicas: replicas.map(({ server }) => server),
    async holding(key) {
      const slot = await first.client.cluster('KEYSLOT', key);
      const holder = masters[Math.floor((slot * MASTERS) / SLOTS)] as Node;
      return holder.server;
    },
    untilWhole: () => untilKnown(nodes),
    untilReplicated,
    async untilMissed(gone) {
      const left = nodes.filter(({ server }) => server !== gone);
      const states = (): Promise<string[]> => Promise.all(left.map(({ client }) => client.cluster('INFO')));
      await until(
        async () => (await states()).every((info) => info.includes('cluster_state:fail')),
        'the cluster to be down',
        TOGETHER_MS,
      );
    },
    async stop() {
      for (const { client } of nodes) client.disconnect();
      await Promise.all(nodes.map(({ server }) => server.stop()));
    },
  };
}

async function startNode(secure: boolean): Promise<Node> {
  let busPort = 0;
  const server = await startServer(async (port, directory) => {
    busPort = await freePort();
    const kept = ['--dir', directory, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always'];
    // A replica is named to clients only when it has heard something of its master.
    const copied = ['--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '1'];
    // Where there are certificates they are for names, and the nodes name each other so.
    const announced = [
      '--cluster-announce-hostname',
      NAME,
      '--cluster-preferred-endpoint-type',
      secure ? 'hostname' : 'ip',
    ];
    const node = [
      '--cluster-enabled',
      'yes',
      '--cluster-port',
      String(busPort),
      '--cluster-node-timeout',
      String(NODE_TIMEOUT_MS),
    ];
    return [...kept, ...copied, ...listening(port, secure, 'by-name'), ...guarded(secure), ...announced, ...node];
  });
  const client = new Redis(server.port, { ...administering(secure), host: secure ? NAME : HOST });
  // A test may end the server.
  client.on('error', () => {});
  return { server, client, busPort };
}

/** Every one knows every other one, and takes what is its own. */
async function untilKnown(nodes: Node[]): Promise<void> {
  const isWhole = (info: string): boolean =>
    info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${nodes.length}`);
  const states = (): Promise<string[]> => Promise.all(nodes.map(({ client }) => client.cluster('INFO')));
  await until(async () => (await states()).every(isWhole), 'the cluster to be whole', TOGETHER_MS);
}

/** Whether a node, asked who holds what, names a replica of every master. */
async function namesReplicas({ client }: Node): Promise<boolean> {
  // Of each part its first and last slot, its master, its replicas.
  return (await client.cluster('SLOTS')).every(([, , , ...copies]) => copies.length === 1);
}

async function untilCopied(master: Redis): Promise<void> {
  const offset = async (name: string): Promise<number> =>
    Number(new RegExp(`\\b${name}[:=](\\d+)`).exec(await master.info('replication'))?.[1]);
  const written = await offset('master_repl_offset');
  await until(async () => (await offset('offset')) >= written, 'the replica to have it all', TOGETHER_MS);
}
