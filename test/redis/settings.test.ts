/** Settings in Redis: keys, and what they cost those who use none. What all settings promise is in `test/contract`. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { connectRedis, type RedisConnections } from '../../src/redis/connection.js';
import { LEASE_MS, processLease } from '../../src/redis/lease.js';
import { redisQueue } from '../../src/redis/queue.js';
import { redisSettings } from '../../src/redis/settings.js';
import { silent } from '../contract/backends.js';
import { FakeClock } from '../support/clock.js';
import { redisConfig } from '../support/redis-place.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const CHANNEL = { team: 'T1', layer: 'channel', id: 'C1' } as const;
const PLACE = { team: 'T1', channel: 'C1' };

let server: RedisServer;
let connections: RedisConnections;
let clock: FakeClock;
beforeAll(async () => {
  server = await startRedis();
});
beforeEach(() => {
  connections = connectRedis(redisConfig(server), silent);
  clock = new FakeClock();
});
afterEach(async () => {
  await connections.commands.flushall();
  connections.close();
});
afterAll(() => server.stop());

function started() {
  const lease = processLease(connections.commands, { prefix: 'other' }, clock, silent);
  const queue = redisQueue(() => lease, { concurrency: 1 }, clock, silent);
  return { lease, queue, settings: redisSettings(lease, clock) };
}

/** Commands that Redis ran during `act`, in scripts too. */
async function callsOf(command: string, act: () => Promise<unknown>): Promise<number> {
  const count = async (): Promise<number> => {
    const stats = await connections.commands.info('commandstats');
    return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  };
  const before = await count();
  await act();
  return (await count()) - before;
}

test('nothing is read while nobody has set anything, and everything once somebody has', async () => {
  const { queue, settings } = started();
  await queue.start(async () => undefined);
  expect(await callsOf('hmget', () => settings.read(PLACE))).toBe(0);

  const changing = settings.change(CHANNEL, { model: 'one' }, { id: 'a', by: 'U1', at: 1 });
  let isDone = false;
  void changing.finally(() => {
    isDone = true;
  });
  // Until every process has heard that there are settings now.
  while (!clock.sleeping.includes(LEASE_MS)) await new Promise(setImmediate);
  await clock.advance(LEASE_MS - 1);
  expect(isDone).toBe(false);
  await clock.advance(1);
  await changing;
  expect(await settings.read(PLACE)).toEqual({ channel: { model: 'one' } });
  expect(await callsOf('hmget', () => settings.read(PLACE))).toBe(1);

  // Not again.
  await settings.change(CHANNEL, { model: 'two' }, { id: 'b', by: 'U1', at: 1 });
  await queue.stop(0);
});

test('a process that has not heard from Redis lately reads them', async () => {
  const { lease, queue } = started();
  expect(lease.settingsInUse()).toBe(true);
  await queue.start(async () => undefined);
  expect(lease.settingsInUse()).toBe(false);
  server.pause();
  await clock.stall(LEASE_MS);
  expect(lease.settingsInUse()).toBe(true);
  server.resume();
  await queue.stop(0);
});

test('every key has the prefix', async () => {
  const { settings } = started();
  await connections.commands.set('{other}:settings', '0');
  await settings.change(CHANNEL, { model: 'one' }, { id: 'a', by: 'U1', at: 1 });
  await settings.change({ ...CHANNEL, layer: 'person', id: 'U1' }, { about: 'x' }, { id: 'b', by: 'U1', at: 1 });
  const keys = await connections.commands.keys('*');
  expect(keys.toSorted()).toEqual([
    'other:settings:{T1}:layers',
    'other:settings:{T1}:log',
    'other:settings:{T1}:log:U1',
    '{other}:settings',
  ]);
});
