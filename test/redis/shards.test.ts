/** Wake-ups that are spread over several queues, and what happens when their number changes. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RedisQueue } from '../../src/redis/queue.js';
import { type OpenQueue, openRedisQueue, type ProcessOptions } from '../contract/backends.js';
import { Worker } from '../contract/worker.js';
import { FakeClock } from '../support/clock.js';
import { RecordingLogger } from '../support/doubles.js';
import { empty } from '../support/redis-place.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const KEYS = Array.from({ length: 40 }, (_, at) => `T1:C1:${1_766_458_000 + at}.000001`);
/** Does not beat by itself after its start. */
const HANGING = { lease: new FakeClock(), leaseMs: 60_000 } satisfies ProcessOptions;

let server: RedisServer;
let clock: FakeClock;
let opened: { open: OpenQueue<RedisQueue>; worker: Worker }[];
beforeAll(async () => {
  server = await startRedis();
});
beforeEach(() => {
  clock = new FakeClock();
  opened = [];
});
afterEach(async () => {
  for (const { worker } of opened) worker.releaseAll();
  await Promise.all(opened.map(({ open }) => open.close()));
  await empty(server);
});
afterAll(() => server.stop());

/** Opens a queue without running anything, as a process does while it connects. */
async function openProcess(
  shards: number,
  options: ProcessOptions = {},
): Promise<OpenQueue<RedisQueue> & { worker: Worker }> {
  const open = openRedisQueue(server, clock, { shards, ...options });
  const worker = new Worker();
  opened.push({ open, worker });
  await open.queue.open();
  return { ...open, worker };
}

async function startProcess(
  shards: number,
  options: ProcessOptions = {},
): Promise<OpenQueue<RedisQueue> & { worker: Worker }> {
  const process = await openProcess(shards, options);
  await process.queue.start(process.worker.handle);
  return process;
}

/** Its wake-ups wait for another process. */
const WITHOUT_ROOM = { concurrency: 0 } satisfies ProcessOptions;

async function wakeAll({ queue }: OpenQueue<RedisQueue>, keys = KEYS): Promise<void> {
  for (const key of keys) await queue.wake(key);
}

const dueKey = (shard: number): string => (shard === 0 ? '{skein}:wakes:due' : `skein:{skein-${shard}}:wakes:due`);

/** What is due in each of so many shards. */
function dueIn({ connections }: OpenQueue, shards: number): Promise<string[][]> {
  return Promise.all(
    Array.from({ length: shards }, (_, shard) => connections.commands.zrange(dueKey(shard), '0', '-1')),
  );
}

test('wake-ups are spread evenly, in slots of their own, and each conversation is always in the same shard', async () => {
  const [one, two] = [await startProcess(4, WITHOUT_ROOM), await startProcess(4, WITHOUT_ROOM)];
  await wakeAll(one);
  const due = await dueIn(one, 4);
  for (const jobs of due) expect(jobs.length).toBeGreaterThan(KEYS.length / 10);
  await wakeAll(two);
  expect(await dueIn(two, 4)).toEqual(due);
  const slots = [0, 1, 2, 3].map((shard) => slotOf(dueKey(shard)));
  expect(new Set(slots).size).toBe(4);
});

/** What is in braces decides about the slot. */
function slotOf(key: string): string | undefined {
  return /\{(.+)\}/.exec(key)?.[1];
}

test('with one shard nothing is stored under other names than before there were several', async () => {
  const { connections, worker, ...process } = await startProcess(1);
  await wakeAll({ connections, ...process });
  await until(() => KEYS.every((key) => worker.ended(key) === 1), 'all runs');
  expect(await connections.commands.keys('skein:*')).toEqual([]);
});

test('no shard waits for another one to be empty, however many of its jobs are due', async () => {
  const full = await startProcess(2, WITHOUT_ROOM);
  await wakeAll(full);
  // The first shard is asked first.
  const [many = [], [rare = ''] = []] = await dueIn(full, 2);
  await full.connections.commands.del(dueKey(0), dueKey(1));
  await wakeAll(full, [...many, rare]);
  const process = await startProcess(2, { concurrency: 1 });
  await until(() => [...many, rare].every((key) => process.worker.ended(key) === 1), 'all runs');
  const order = process.worker.wakes.map(({ key }) => key);
  expect(order.indexOf(rare)).toBeLessThan(5);
});

test('a conversation that is due in a shard which is not its own runs in its own', async () => {
  const full = await startProcess(2, WITHOUT_ROOM);
  await wakeAll(full);
  const [, [key = ''] = []] = await dueIn(full, 2);
  const { commands } = full.connections;
  await commands.del(dueKey(0), dueKey(1));
  await commands.zadd(dueKey(0), 1, key);
  const { worker } = await startProcess(2);
  const release = worker.blocks(key);
  await worker.running(key);
  expect(await commands.hexists('skein:{skein-1}:wakes:held', key)).toBe(1);
  await until(async () => (await commands.hexists('{skein}:wakes:held', key)) === 0, 'the end of the move');
  release();
  await worker.ran(key);
  expect(worker.began(key)).toBe(1);
});

/** Of the only process, which has been there for a while. */
async function endLease(commands: OpenQueue['connections']['commands']): Promise<void> {
  const [holder = ''] = await commands.zrange('{skein}:processes', '0', '-1');
  await commands.zadd('{skein}:processes', Date.now() - 1, holder);
  await commands.del('{skein}:starting');
}

describe('the number of shards', () => {
  test.each([
    [1, 4],
    [4, 1],
    [4, 3],
  ])('may change from %i to %i: what was woken before runs at once, in its new shard', async (before, after) => {
    const old = await startProcess(before, WITHOUT_ROOM);
    await wakeAll(old);
    await old.close();
    opened = [];
    const { worker, connections, ...process } = await startProcess(after);
    await until(() => KEYS.every((key) => worker.ended(key) === 1), 'all runs');
    expect(await dueIn({ connections, ...process }, 4)).toEqual([[], [], [], []]);
  });

  test('may change while a conversation rests between two attempts', async () => {
    const [key = ''] = KEYS;
    const old = await startProcess(1, { delayMs: () => 400 });
    old.worker.fails(key, 1);
    await old.queue.wake(key);
    await old.worker.ran(key);
    await until(async () => (await dueIn(old, 1))[0]?.includes(key) ?? false, 'the next attempt');
    await old.close();
    opened = [];
    const { worker } = await startProcess(4);
    await worker.ran(key);
  });

  test('stays what it is while another process lives, and that is told', async () => {
    const logger = new RecordingLogger();
    const one = await startProcess(1);
    const two = await startProcess(4, { logger });
    expect(logger.lines).toContainEqual({
      level: 'warn',
      facts: { QUEUE_SHARDS: 4, shards: 1 },
      message: expect.stringContaining('takes effect once all processes have stopped'),
    });
    for (const key of KEYS) await Promise.all([one.queue.wake(key), two.queue.wake(key)]);
    await until(() => KEYS.every((key) => one.worker.ended(key) + two.worker.ended(key) > 0), 'all runs');
    expect(await one.connections.commands.keys('skein:*')).toEqual([]);
  });

  test('is the same for processes that start at the same time, whatever each wants', async () => {
    const [first, ...others] = await Promise.all([startProcess(4), startProcess(2), startProcess(4), startProcess(3)]);
    const fleet = [first, ...others];
    const running = new Map<string, number>();
    let most = 0;
    for (const { worker, connections } of fleet)
      worker.during = async (key) => {
        const now = (running.get(key) ?? 0) + 1;
        running.set(key, now);
        most = Math.max(most, now);
        await connections.commands.ping();
        running.set(key, now - 1);
      };
    for (const key of KEYS) await Promise.all(fleet.map(({ queue }) => queue.wake(key)));
    await until(async () => (await Promise.all(KEYS.map((key) => first.queue.isIdle(key)))).every(Boolean), 'rest');
    expect(most).toBe(1);
  });

  test('changes only when processes whose lease is over had time to come back; their jobs are taken over', async () => {
    const dead = await startProcess(1, HANGING);
    const [key = ''] = KEYS;
    dead.worker.blocks(key);
    await dead.queue.wake(key);
    await dead.worker.running(key);
    const { commands } = dead.connections;
    await endLease(commands);
    const heir = await openProcess(4);
    const started = heir.queue.start(heir.worker.handle);
    for (let waited = 0; waited < 6; waited += 1) {
      await until(() => clock.sleeping.length > 0, 'a wait for the other process');
      expect(await commands.hget('{skein}:shards', 'number')).toBe('1');
      await clock.advance(500);
    }
    await started;
    expect(await commands.hget('{skein}:shards', 'number')).toBe('4');
    await heir.worker.ran(key);
    expect(heir.worker.began(key)).toBe(1);
  });

  test('is told to a process that starts after Redis has lost it', async () => {
    const one = await startProcess(4);
    await one.connections.commands.flushall();
    await clock.advance(5_000);
    const keys = ['{skein}:shards', '{skein}:processes'];
    await until(async () => (await one.connections.commands.exists(...keys)) === keys.length, 'what it writes again');
    const logger = new RecordingLogger();
    await startProcess(2, { logger });
    expect(logger.lines).toContainEqual(expect.objectContaining({ facts: { QUEUE_SHARDS: 2, shards: 4 } }));
  });

  test('stays what it is if a process whose lease is over comes back', async () => {
    const paused = await startProcess(1, HANGING);
    const { commands } = paused.connections;
    await endLease(commands);
    const heir = await openProcess(4);
    const started = heir.queue.start(heir.worker.handle);
    await until(() => clock.sleeping.length > 0, 'a wait for the other process');
    await paused.lease.beat();
    await clock.advance(500);
    await started;
    expect(await commands.hget('{skein}:shards', 'number')).toBe('1');
  });
});
