import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { connectRedis, type RedisConnections } from '../../src/redis/connection.js';
import { type RedisStopSignals, redisStopSignals } from '../../src/redis/stop-signals.js';
import { stopSignalsContract } from '../contract/stop-signals.contract.js';
import { RecordingLogger } from '../support/doubles.js';
import { redisConfig } from '../support/redis-place.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const KEY = 'T1:C1:1.1';
let server: RedisServer;
let admin: Redis;
let log: RecordingLogger;
let open: (RedisConnections | RedisStopSignals)[];
beforeAll(async () => {
  server = await startRedis();
  admin = new Redis(server.url);
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});
beforeEach(() => {
  log = new RecordingLogger();
  open = [];
});
afterEach(() => open.forEach((one) => one.close()));

/** The signals of one process, and what it hears. */
async function process(url = server.url): Promise<{ signals: RedisStopSignals; heard: string[] }> {
  const heard: string[] = [];
  const connections = connectRedis(redisConfig({ env: { REDIS_URL: url } }), log);
  const signals = redisStopSignals(connections.commands, undefined, log);
  open.push(signals, connections);
  signals.start((key) => heard.push(key));
  return { signals, heard };
}

stopSignalsContract('one server', () => ({ env: { REDIS_URL: server.url } }));

const subscribers = async (): Promise<number> =>
  ((await admin.call('PUBSUB', 'NUMSUB', '{skein}:stops')) as [string, number])[1];

test('each process hears of a stop, the one that tells it at once', async () => {
  const [one, two] = [await process(), await process()];
  await until(async () => (await subscribers()) === 2, 'both subscriptions');
  one.signals.send(KEY);
  expect(one.heard).toEqual([KEY]);
  await until(() => two.heard.length > 0, 'the other process');
  expect(two.heard).toEqual([KEY]);
});

test('a process hears again after its connection broke', async () => {
  const [one, two] = [await process(), await process()];
  await until(async () => (await subscribers()) === 2, 'both subscriptions');
  await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await until(async () => (await subscribers()) === 2, 'both subscriptions again');
  one.signals.send(KEY);
  await until(() => two.heard.length > 0, 'the other process');
});

test('where Redis does not allow it, the log says what is slower, and its own stops are heard', async () => {
  await admin.call('ACL', 'SETUSER', 'old', 'reset', 'on', '>word', '~*', '+@all', '-subscribe', '-publish');
  const { signals, heard } = await process(server.url.replace('//', '//old:word@'));
  await until(() => log.lines.some(({ level }) => level === 'warn'), 'the warning');
  expect(log.lines.find(({ level }) => level === 'warn')?.message).toContain('stop up to 1.5 s later');
  signals.send(KEY);
  expect(heard).toEqual([KEY]);
});
