/** The connection with Sentinels and with a cluster. */
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Cluster, Redis } from 'ioredis';
import { systemClock } from '../../src/ops/clock.js';
import { connectRedis, type RedisConnections, waitUntilReachable } from '../../src/redis/connection.js';
import { deleteAllKeys } from '../../src/redis/forget.js';
import { openRedisQueue, silent } from '../contract/backends.js';
import { Worker } from '../contract/worker.js';
import { FakeClock } from '../support/clock.js';
import { RecordingLogger } from '../support/doubles.js';
import { freePort } from '../support/free-port.js';
import { type RedisCluster, startCluster } from '../support/redis-cluster.js';
import { redisConfig } from '../support/redis-place.js';
import { type RedisSentinels, startSentinels } from '../support/redis-sentinels.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const KEY = 'skein:{T1:C1:1}:turns';

let connections: RedisConnections;
afterEach(() => connections.close());

describe('connections to a cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  beforeEach(async () => {
    await cluster.untilWhole();
    connections = connectRedis(redisConfig(cluster), silent);
  });
  afterAll(() => cluster.stop());

  const fails = (key = KEY): Promise<void> => expect(connections.commands.exists(key)).rejects.toThrow();
  const answers = (): Promise<boolean> =>
    connections.commands.exists(KEY).then(
      () => true,
      () => false,
    );

  test('fail while a node is down, and work when it is back', async () => {
    await connections.commands.set(KEY, '1');
    const holder = await cluster.holding(KEY);
    await holder.kill();
    await cluster.untilMissed(holder);
    await fails();
    await fails();
    await holder.start();
    await until(answers, 'an answer', 20_000);
  });

  test('fail while all nodes are down, and work when they are back', async () => {
    await connections.commands.set(KEY, '1');
    for (const node of cluster.masters) await node.kill();
    await fails();
    await fails();
    for (const node of cluster.masters) await node.start();
    await until(answers, 'an answer', 20_000);
  });

  test('the worker continues after an outage that is longer than its lease', async () => {
    const worker = new Worker();
    const { queue, close } = openRedisQueue(cluster, new FakeClock());
    await queue.start(worker.handle);
    await queue.wake('T1:C1:1');
    await worker.ran('T1:C1:1');
    const holder = await cluster.holding('{skein}');
    await holder.kill();
    await cluster.untilMissed(holder);
    // Each of these commands takes at least a second.
    for (let seconds = 0; seconds < 5; seconds += 1) await fails('{skein}');
    await holder.start();
    await until(
      () =>
        queue.wake('T1:C1:1').then(
          () => true,
          () => false,
        ),
      'a wake-up to succeed',
      20_000,
    );
    await worker.ran('T1:C1:1', 2);
    await close();
  });

  test('log the loss of a node and its return in one line each, even if no command is sent', async () => {
    const log = new RecordingLogger();
    connections.close();
    connections = connectRedis(redisConfig(cluster), log);
    await waitUntilReachable(connections, systemClock.now() + 10_000, systemClock, silent);
    const lines = (): string[] => log.lines.map(({ level, message }) => `${level}: ${message}`);
    const holder = await cluster.holding(KEY);
    await holder.kill();
    await cluster.untilMissed(holder);
    await until(() => lines().length === 1, 'a line about the loss');
    await holder.start();
    await until(() => lines().length === 2, 'a line about the return');
    expect(lines()).toEqual([
      'error: lost the connection to Redis; Slack resends messages until it is back',
      'info: reconnected to Redis',
    ]);
  });

  test.each([0, 1])('fail at the start if the settings name one node as the only server: node %s', async (at) => {
    connections.close();
    connections = connectRedis(redisConfig({ env: { REDIS_URL: cluster.masters[at]?.url ?? '' } }), silent);
    const opening = waitUntilReachable(connections, systemClock.now() + 10_000, systemClock, silent);
    await expect(opening).rejects.toThrow(
      'the server at REDIS_URL is part of a Redis Cluster: set REDIS_CLUSTER_NODES to some of its nodes',
    );
  });

  test('`deleteAllKeys` deletes the keys with the prefix on every node, and no others', async () => {
    const config = redisConfig(cluster);
    const own = Array.from({ length: 50 }, (_, n) => `skein-a:{T1:C1:${n}}:turns`);
    for (const name of [KEY, ...own]) await connections.commands.set(name, '1');
    await deleteAllKeys({ ...config, prefix: 'skein-a' });
    for (const name of own) expect(await connections.commands.exists(name)).toBe(0);
    expect(await connections.commands.exists(KEY)).toBe(1);
  });
});

test('connections to a cluster do not connect to its replicas, and do not log the loss of one', async () => {
  const cluster = await startCluster({ replicated: true });
  try {
    const log = new RecordingLogger();
    connections = connectRedis(redisConfig(cluster), log);
    await waitUntilReachable(connections, systemClock.now() + 10_000, systemClock, silent);
    const commands = connections.commands as Cluster;
    const [replica] = commands.nodes('slave') as [Redis];
    expect(replica.status).toBe('wait');
    const { host, port = 0 } = replica.options;
    await cluster.replicas.find((server) => server.port === port)?.kill();
    // As if the client had asked this replica for the nodes of the cluster.
    commands.emit('node error', new Error('connect ECONNREFUSED'), `${host}:${port}`);
    await once(commands, 'refresh');
    expect(log.lines).toEqual([]);
  } finally {
    await cluster.stop();
  }
});

describe('connections through Sentinels', () => {
  let sentinels: RedisSentinels;
  beforeAll(async () => {
    sentinels = await startSentinels();
  });
  afterAll(() => sentinels.stop());

  test('are made even if the first Sentinel hangs', async () => {
    connections = connectRedis(redisConfig(sentinels), silent);
    const [first] = sentinels.sentinels as [RedisServer];
    first.pause();
    try {
      await waitUntilReachable(connections, systemClock.now() + 10_000, systemClock, silent);
    } finally {
      first.resume();
    }
  });

  test('lead to the master and never to the replica', async () => {
    connections = connectRedis(redisConfig(sentinels), silent);
    expect(await connections.commands.set(KEY, '1')).toBe('OK');
    await deleteAllKeys(redisConfig(sentinels));
    expect(await connections.commands.exists(KEY)).toBe(0);
  });
});

describe('a failed connection reports the setting and the reason', () => {
  const START_MS = 500;
  async function failure(env: Record<string, string>): Promise<string> {
    connections = connectRedis(redisConfig({ env: { REDIS_URL: 'redis://127.0.0.1:9', ...env } }), silent);
    const opening = waitUntilReachable(connections, systemClock.now() + START_MS, systemClock, silent);
    return opening.then(
      () => 'reached',
      ({ message }: Error) => message,
    );
  }

  test('if no server listens', async () => {
    const nowhere = `127.0.0.1:${await freePort()}`;
    expect(await failure({ REDIS_CLUSTER_NODES: nowhere })).toBe(
      `cannot reach Redis (connect ECONNREFUSED ${nowhere}): check REDIS_CLUSTER_NODES, and that the server is running`,
    );
    connections.close();
    expect(await failure({ REDIS_SENTINELS: nowhere })).toMatch(
      /All sentinels are unreachable.*check REDIS_SENTINELS, REDIS_SENTINEL_NAME,/,
    );
  });

  test('if the server is not part of a cluster', async () => {
    const server = await startRedis();
    expect(await failure({ REDIS_CLUSTER_NODES: `127.0.0.1:${server.port}` })).toMatch(
      /cluster support disabled.*REDIS_CLUSTER_NODES/,
    );
    await server.stop();
  });

  test('if the Sentinels do not know the master', async () => {
    const sentinels = await startSentinels();
    expect(await failure({ ...sentinels.env, REDIS_SENTINEL_NAME: 'another' })).toMatch(
      /No such master.*REDIS_SENTINEL_NAME/,
    );
    await sentinels.stop();
  });

  test.each([
    ['a wrong password', { REDIS_SENTINEL_PASSWORD: 'wrong' }],
    ['none', { REDIS_SENTINEL_PASSWORD: '' }],
  ])('if the Sentinels want a password and get %s', async (_, given) => {
    const sentinels = await startSentinels(true);
    expect(await failure({ ...sentinels.env, ...given })).toMatch(
      /^the Sentinels refuse their password: check REDIS_SENTINEL_PASSWORD/,
    );
    await sentinels.stop();
  });

  test.each([
    ['a wrong password', 'rediss://skein:wrong@127.0.0.1', /^Redis refuses the user or the password/],
    ['none', 'rediss://127.0.0.1', /^Redis wants a password/],
  ])('if the nodes of a cluster want a password and get %s', async (_, url, expected) => {
    const cluster = await startCluster({ secure: true });
    expect(await failure({ ...cluster.env, REDIS_URL: url })).toMatch(expected);
    await cluster.stop();
  });
});
