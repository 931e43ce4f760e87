/** What the two connections make of Sentinels and of a cluster. */
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Cluster, Redis } from 'ioredis';
import { systemClock } from '../../src/ops/clock.js';
import { connectRedis, type RedisConnections, untilReachable } from '../../src/redis/connection.js';
import { forgetAll } from '../../src/redis/forget.js';
import { openRedisQueue, silent } from '../contract/backends.js';
import { Worker } from '../contract/worker.js';
import { FakeClock } from '../support/clock.js';
import { KeptLog } from '../support/doubles.js';
import { freePort } from '../support/free-port.js';
import { type RedisCluster, startCluster } from '../support/redis-cluster.js';
import { redisConfig } from '../support/redis-place.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { type RedisSentinels, startSentinels } from '../support/redis-sentinels.js';
import { until } from '../support/until.js';

const KEY = 'skein:{T1:C1:1}:turns';

let connections: RedisConnections;
afterEach(() => connections.close());

describe('of a cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  beforeEach(async () => {
    await cluster.untilWhole();
    connections = connectRedis(redisConfig(cluster), silent);
  });
  afterAll(() => cluster.stop());

  const fails = (): Promise<void> => expect(connections.commands.exists(KEY)).rejects.toThrow();
  const answers = (): Promise<boolean> =>
    connections.commands.exists(KEY).then(
      () => true,
      () => false,
    );

  test('the prompt one fails while a node is away, the patient one waits for it', async () => {
    await connections.commands.set(KEY, '1');
    const holder = await cluster.holding(KEY);
    await holder.kill();
    const waiting = connections.blocking.exists(KEY);
    await cluster.untilMissed(holder);
    await fails();
    await fails();
    await holder.start();
    expect(await waiting).toBe(1);
    await until(answers, 'the prompt one to answer', 20_000);
  });

  test('the prompt one fails while all nodes are away, and works when they are back', async () => {
    await connections.commands.set(KEY, '1');
    for (const node of cluster.masters) await node.kill();
    await fails();
    await fails();
    for (const node of cluster.masters) await node.start();
    await until(answers, 'the prompt one to answer', 20_000);
  });

  test('the worker goes on after an outage that is longer than it waits for a job in one go', async () => {
    const worker = new Worker();
    const { queue, close } = openRedisQueue(cluster, new FakeClock());
    await queue.start(worker.handle);
    await queue.wake('T1:C1:1');
    await worker.ran('T1:C1:1');
    const holder = await cluster.holding(KEY);
    await holder.kill();
    await cluster.untilMissed(holder);
    // BullMQ waits six seconds, and one of these takes one at least.
    for (let seconds = 0; seconds < 8; seconds += 1) await fails();
    await holder.start();
    await until(
      () =>
        queue.wake('T1:C1:1').then(
          () => true,
          () => false,
        ),
      'a wake-up to be taken',
      20_000,
    );
    await worker.ran('T1:C1:1', 2);
    await close();
  });

  test('tell of a node that is lost and of its return in a line each, though nothing is sent', async () => {
    const log = new KeptLog();
    connections.close();
    connections = connectRedis(redisConfig(cluster), log);
    await untilReachable(connections, systemClock.now() + 10_000, systemClock, silent);
    const lines = (): string[] => log.lines.map(({ level, message }) => `${level}: ${message}`);
    const holder = await cluster.holding(KEY);
    await holder.kill();
    await cluster.untilMissed(holder);
    await until(() => lines().length === 1, 'a line about the loss');
    await holder.start();
    await until(() => lines().length === 2, 'a line about the return');
    expect(lines()).toEqual([
      'error: Redis cannot be reached; messages wait at Slack until it is back',
      'info: Redis is back',
    ]);
  });

  test.each([0, 1])('are refused at the start where the settings name one node and not the cluster: %s', async (at) => {
    connections.close();
    connections = connectRedis(redisConfig({ env: { REDIS_URL: cluster.masters[at]?.url ?? '' } }), silent);
    const opening = untilReachable(connections, systemClock.now() + 10_000, systemClock, silent);
    await expect(opening).rejects.toThrow(
      'the server of REDIS_URL is one node of a Redis Cluster: name some of its nodes in REDIS_CLUSTER_NODES',
    );
  });

  test('a prefix is forgotten on every node, and nothing else', async () => {
    const config = redisConfig(cluster);
    const own = Array.from({ length: 50 }, (_, n) => `skein-a:{T1:C1:${n}}:turns`);
    for (const name of [KEY, ...own]) await connections.commands.set(name, '1');
    await forgetAll({ ...config, prefix: 'skein-a' });
    for (const name of own) expect(await connections.commands.exists(name)).toBe(0);
    expect(await connections.commands.exists(KEY)).toBe(1);
  });
});

test("say nothing of a cluster's replica that is lost, and are not connected to it", async () => {
  const cluster = await startCluster({ replicated: true });
  try {
    const log = new KeptLog();
    connections = connectRedis(redisConfig(cluster), log);
    await untilReachable(connections, systemClock.now() + 10_000, systemClock, silent);
    const prompt = connections.commands as Cluster;
    const [replica] = prompt.nodes('slave') as [Redis];
    expect(replica.status).toBe('wait');
    const { host, port = 0 } = replica.options;
    await cluster.replicas.find((server) => server.port === port)?.kill();
    // As where it is the one that is asked who is in the cluster.
    prompt.emit('node error', new Error('connect ECONNREFUSED'), `${host}:${port}`);
    await once(prompt, 'refresh');
    expect(log.lines).toEqual([]);
  } finally {
    await cluster.stop();
  }
});

describe('through Sentinels', () => {
  let sentinels: RedisSentinels;
  beforeAll(async () => {
    sentinels = await startSentinels();
  });
  afterAll(() => sentinels.stop());

  test('are made though the first of them hangs', async () => {
    connections = connectRedis(redisConfig(sentinels), silent);
    const [first] = sentinels.sentinels as [RedisServer];
    first.pause();
    try {
      await untilReachable(connections, systemClock.now() + 10_000, systemClock, silent);
    } finally {
      first.resume();
    }
  });

  test('lead to the master and never to the replica', async () => {
    connections = connectRedis(redisConfig(sentinels), silent);
    expect(await connections.commands.set(KEY, '1')).toBe('OK');
    await forgetAll(redisConfig(sentinels));
    expect(await connections.commands.exists(KEY)).toBe(0);
  });
});

describe('that cannot be made name the setting and the reason', () => {
  const START_MS = 500;
  async function failure(env: Record<string, string>): Promise<string> {
    connections = connectRedis(redisConfig({ env: { REDIS_URL: 'redis://127.0.0.1:9', ...env } }), silent);
    const opening = untilReachable(connections, systemClock.now() + START_MS, systemClock, silent);
    return opening.then(
      () => 'reached',
      ({ message }: Error) => message,
    );
  }

  test('where nobody listens', async () => {
    const nowhere = `127.0.0.1:${await freePort()}`;
    expect(await failure({ REDIS_CLUSTER_NODES: nowhere })).toBe(
      `Redis cannot be reached (connect ECONNREFUSED ${nowhere}): check REDIS_CLUSTER_NODES, and that the server runs`,
    );
    connections.close();
    expect(await failure({ REDIS_SENTINELS: nowhere })).toMatch(
      /All sentinels are unreachable.*check REDIS_SENTINELS, REDIS_SENTINEL_NAME,/,
    );
  });

  test('where another kind of server answers', async () => {
    const server = await startRedis();
    expect(await failure({ REDIS_CLUSTER_NODES: `127.0.0.1:${server.port}` })).toMatch(
      /cluster support disabled.*REDIS_CLUSTER_NODES/,
    );
    await server.stop();
  });

  test('where the Sentinels know no such master', async () => {
    const sentinels = await startSentinels();
    expect(await failure({ ...sentinels.env, REDIS_SENTINEL_NAME: 'another' })).toMatch(
      /No such master.*REDIS_SENTINEL_NAME/,
    );
    await sentinels.stop();
  });
});
