/** A Redis Cluster of three masters, each with a third of the slots and optionally a replica. */
import { Redis } from 'ioredis';
import { freePort } from './free-port.js';
import type { RedisPlace } from './redis-place.js';
import { administering, guarded, listening, redisUrl } from './redis-security.js';
import { HOST, type RedisServer, startServer } from './redis-server.js';
import { until } from './until.js';

const NAME = 'localhost';
const MASTERS = 3;
const SLOTS = 16_384;
/** A node that is silent this long counts as failed. */
const NODE_TIMEOUT_MS = 1_000;
const READY_TIMEOUT_MS = 30_000;

export interface RedisCluster extends RedisPlace {
  readonly masters: readonly RedisServer[];
  readonly replicas: readonly RedisServer[];
  /** The master that held the key's slot at the start. */
  holding(key: string): Promise<RedisServer>;
  /** Resolves when all nodes know each other and the cluster is up. */
  untilWhole(): Promise<void>;
  /** Resolves when the replicas have everything their masters had at the time of the call. */
  untilReplicated(): Promise<void>;
  /** Resolves when the other nodes have noticed the failure and the cluster is down. */
  untilMissed(gone: RedisServer): Promise<void>;
}

interface Node {
  server: RedisServer;
  client: Redis;
  busPort: number;
}

/** Durable: each node writes a command to disk before it replies. */
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
  await untilConnected(nodes);
  for (const [at, { client }] of replicas.entries())
    await client.cluster('REPLICATE', (await masters[at]?.client.cluster('MYID')) as string);
  const untilReplicated = async (): Promise<void> => {
    for (const { client } of replicated ? masters : []) await untilCaughtUp(client);
  };
  await untilReplicated();
  if (replicated)
    await until(
      async () => (await Promise.all(nodes.map(listsReplicas))).every(Boolean),
      'every master to list its replica',
      READY_TIMEOUT_MS,
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
    untilWhole: () => untilConnected(nodes),
    untilReplicated,
    async untilMissed(gone) {
      const others = nodes.filter(({ server }) => server !== gone);
      const states = (): Promise<string[]> => Promise.all(others.map(({ client }) => client.cluster('INFO')));
      await until(
        async () => (await states()).every((info) => info.includes('cluster_state:fail')),
        'the cluster to be down',
        READY_TIMEOUT_MS,
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
    const persistence = ['--dir', directory, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always'];
    // Clients learn of a replica only after it has received data from its master.
    const replication = ['--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '1'];
    // The certificates are for host names, so secure nodes announce themselves by name.
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
    return [
      ...persistence,
      ...replication,
      ...listening(port, secure, 'by-name'),
      ...guarded(secure),
      ...announced,
      ...node,
    ];
  });
  const client = new Redis(server.port, { ...administering(secure), host: secure ? NAME : HOST });
  // Connection errors are expected: a test may kill the server.
  client.on('error', () => {});
  return { server, client, busPort };
}

async function untilConnected(nodes: Node[]): Promise<void> {
  const isWhole = (info: string): boolean =>
    info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${nodes.length}`);
  const states = (): Promise<string[]> => Promise.all(nodes.map(({ client }) => client.cluster('INFO')));
  await until(async () => (await states()).every(isWhole), 'all cluster nodes to know each other', READY_TIMEOUT_MS);
}

/** Whether a node's CLUSTER SLOTS lists one replica per master. */
async function listsReplicas({ client }: Node): Promise<boolean> {
  // Each entry: first slot, last slot, master, replicas.
  return (await client.cluster('SLOTS')).every(([, , , ...copies]) => copies.length === 1);
}

async function untilCaughtUp(master: Redis): Promise<void> {
  const offset = async (name: string): Promise<number> =>
    Number(new RegExp(`\\b${name}[:=](\\d+)`).exec(await master.info('replication'))?.[1]);
  const written = await offset('master_repl_offset');
  await until(async () => (await offset('offset')) >= written, 'the replica to catch up', READY_TIMEOUT_MS);
}
