/** A Redis Cluster of three masters, each with a third of the slots. */
import { Redis } from 'ioredis';
import { freePort } from './free-port.js';
import type { RedisPlace } from './redis-place.js';
import { administering, guarded, listening, redisUrl } from './redis-security.js';
import { HOST, type RedisServer, startServer } from './redis-server.js';
import { until } from './until.js';

const NAME = 'localhost';
const NODES = 3;
const SLOTS = 16_384;
/** After so long a silence a node counts as failed. */
const NODE_TIMEOUT_MS = 1_000;
const TOGETHER_MS = 30_000;

export interface RedisCluster extends RedisPlace {
  readonly nodes: readonly RedisServer[];
  /** The server that holds a key. */
  holding(key: string): Promise<RedisServer>;
  /** Resolves when every node has every other one, and takes what is its own. */
  untilWhole(): Promise<void>;
  /** Resolves when the other nodes have noticed that one is gone, and take nothing more. */
  untilMissed(gone: RedisServer): Promise<void>;
}

interface Node {
  server: RedisServer;
  client: Redis;
  busPort: number;
}

/** Each node writes to disk what it is told, before it says so. */
export async function startCluster(secure = false): Promise<RedisCluster> {
  const nodes = await Promise.all(Array.from({ length: NODES }, () => startNode(secure)));
  const [first] = nodes as [Node];
  for (const [at, { client }] of nodes.entries()) {
    await client.cluster('SET-CONFIG-EPOCH', at + 1);
    await client.cluster('ADDSLOTSRANGE', Math.ceil((at * SLOTS) / NODES), Math.ceil(((at + 1) * SLOTS) / NODES) - 1);
  }
  for (const { server, busPort } of nodes.slice(1)) await first.client.cluster('MEET', HOST, server.port, busPort);
  const untilWhole = (): Promise<void> => until(async () => (await Promise.all(nodes.map(isWhole))).every(Boolean), 'the cluster to be whole', TOGETHER_MS);
  await untilWhole();

  return {
    env: { REDIS_URL: redisUrl(9, secure), REDIS_CLUSTER_NODES: nodes.map(({ server }) => `${secure ? NAME : HOST}:${server.port}`).join(',') },
    nodes: nodes.map(({ server }) => server),
    untilWhole,
    async holding(key) {
      const slot = await first.client.cluster('KEYSLOT', key);
      const holder = nodes[Math.floor((slot * NODES) / SLOTS)] as Node;
      return holder.server;
    },
    async untilMissed(gone) {
      const left = nodes.filter(({ server }) => server !== gone);
      const states = (): Promise<string[]> => Promise.all(left.map(({ client }) => client.cluster('INFO')));
      await until(async () => (await states()).every((info) => info.includes('cluster_state:fail')), 'the cluster to be down', TOGETHER_MS);
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
    // Where there are certificates they are for names, and the nodes name each other so.
    const announced = ['--cluster-announce-hostname', NAME, '--cluster-preferred-endpoint-type', secure ? 'hostname' : 'ip'];
    const node = ['--cluster-enabled', 'yes', '--cluster-port', String(busPort), '--cluster-node-timeout', String(NODE_TIMEOUT_MS)];
    return [...kept, ...listening(port, secure, 'by-name'), ...guarded(secure), ...announced, ...node];
  });
  const client = new Redis(server.port, { ...administering(secure), host: secure ? NAME : HOST });
  // A test may end the server.
  client.on('error', () => {});
  return { server, client, busPort };
}

async function isWhole({ client }: Node): Promise<boolean> {
  const info = await client.cluster('INFO');
  return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${NODES}`);
}
