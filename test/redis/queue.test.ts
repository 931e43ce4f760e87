/** The queue in Redis: several processes, and failures of Redis. What every queue promises is in `test/contract`. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ATTEMPTS_BEFORE_APOLOGY } from '../../src/core/retry-policy.js';
import { connectRedis } from '../../src/redis/connection.js';
import type { RedisQueueOptions } from '../../src/redis/jobs.js';
import { redisQueue } from '../../src/redis/queue.js';
import { type OpenQueue, openRedisQueue, silent } from '../contract/backends.js';
import { Worker } from '../contract/worker.js';
import { FakeClock } from '../support/clock.js';
import { empty, redisConfig } from '../support/redis-place.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const A = 'T1:C1:1766458000.000001';
const B = 'T1:C1:1766458000.000002';
const PATIENCE_MS = 25_000;
const HOUR_MS = 3_600_000;
/** Short, so that a lost lock is noticed soon; long enough for a busy machine to renew it in time. */
const SHORT_LOCKS = { lockMs: 2_000, stalledCheckMs: 500 };

let server: RedisServer;
let clock: FakeClock;
let opened: { open: OpenQueue; worker: Worker }[];
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

/** Starts a queue and a worker, as a process of the fleet does. */
async function startProcess(
  options: Partial<RedisQueueOptions> = {},
  worker = new Worker(),
): Promise<OpenQueue & { worker: Worker }> {
  const open = openRedisQueue(server, clock, options);
  opened.push({ open, worker });
  await open.queue.start(worker.handle);
  return { ...open, worker };
}

function wakeSucceeds(queue: OpenQueue['queue'], key: string): Promise<boolean> {
  return queue.wake(key).then(
    () => true,
    () => false,
  );
}

describe('several processes', () => {
  test('never run a conversation at the same time, whichever process is woken', async () => {
    const fleet = await Promise.all([startProcess(), startProcess()]);
    const keys = [A, B];
    let running = 0;
    let maxRunning = 0;
    for (const { worker } of fleet) {
      worker.during = async (key) => {
        if (key !== A) return;
        running += 1;
        maxRunning = Math.max(maxRunning, running);
        await opened[0]?.open.connections.commands.ping();
        running -= 1;
      };
    }
    const began = (key: string): number => fleet.reduce((sum, { worker }) => sum + worker.began(key), 0);
    for (let round = 0; round < 30; round += 1) {
      const before = keys.map(began);
      await Promise.all(fleet.flatMap(({ queue }) => keys.map((key) => queue.wake(key))));
      if (round % 5 === 4)
        await until(() => keys.every((key, n) => began(key) > (before[n] ?? 0)), 'runs after the wakes');
    }
    expect(maxRunning).toBe(1);
    // Otherwise only one process worked and the test shows nothing.
    expect(fleet.every(({ worker }) => worker.wakes.length > 0)).toBe(true);
  });

  test('run a conversation once more, afterwards, when one process is woken while another runs it', async () => {
    const one = await startProcess();
    const release = one.worker.blocks(A);
    await one.queue.wake(A);
    await one.worker.running(A);
    const two = await startProcess();
    await two.queue.wake(A);
    await two.queue.wake(B);
    await until(() => one.worker.ended(B) + two.worker.ended(B) === 1, 'the run of the other conversation');
    expect(one.worker.began(A) + two.worker.began(A)).toBe(1);
    release();
    await until(() => one.worker.ended(A) + two.worker.ended(A) === 2, 'the second run');
  });

  test('take over a conversation whose run was aborted in another process', async () => {
    const leaving = await startProcess();
    leaving.worker.blocksUntilAborted(A);
    await leaving.queue.wake(A);
    await leaving.worker.running(A);
    const staying = await startProcess();
    const stopping = leaving.queue.stop(PATIENCE_MS);
    await clock.advance(PATIENCE_MS);
    await stopping;
    await staying.worker.ran(A);
    expect(leaving.worker.began(A)).toBe(1);
    expect(staying.worker.began(A)).toBe(1);
  });

  test('that start later run what an earlier process aborted, and what it was woken for while stopping', async () => {
    const leaving = await startProcess();
    leaving.worker.blocksUntilAborted(A);
    await leaving.queue.wake(A);
    await leaving.worker.running(A);
    const stopping = leaving.queue.stop(PATIENCE_MS);
    await leaving.queue.wake(B);
    await clock.advance(PATIENCE_MS);
    await stopping;
    expect(leaving.worker.began(B)).toBe(0);
    const next = await startProcess();
    await next.worker.ran(A);
    await next.worker.ran(B);
  });

  test('do not count an aborted run as an attempt', async () => {
    for (let restarts = 0; restarts < ATTEMPTS_BEFORE_APOLOGY + 1; restarts += 1) {
      // Set before the start, because the job is already in the queue.
      const abortable = new Worker();
      abortable.blocksUntilAborted(A);
      const leaving = await startProcess(undefined, abortable);
      if (restarts === 0) await leaving.queue.wake(A);
      await leaving.worker.running(A);
      expect(leaving.worker.wakes[0]?.overdue).toBe(false);
      const stopping = leaving.queue.stop(PATIENCE_MS);
      await clock.advance(PATIENCE_MS);
      await stopping;
    }
    const last = await startProcess();
    await last.worker.ran(A);
  });

  test('that start later run a postponed conversation when its delay is over', async () => {
    const leaving = await startProcess();
    leaving.worker.postpones(A, 1, 100);
    await leaving.queue.wake(A);
    await leaving.worker.ran(A);
    await leaving.queue.stop(PATIENCE_MS);
    expect(leaving.worker.began(A)).toBe(1);
    const next = await startProcess();
    await next.worker.ran(A);
  });

  test('that never start a worker leave the work to the others', async () => {
    const waking = openRedisQueue(server, clock);
    opened.push({ open: waking, worker: new Worker() });
    await waking.queue.wake(A);
    await waking.queue.stop(PATIENCE_MS);
    const { worker } = await startProcess();
    await worker.ran(A);
  });
});

describe('a run whose lock is lost', () => {
  test('is aborted, because another worker may have its conversation', async () => {
    const abortable = new Worker();
    abortable.blocksUntilAborted(A);
    const { queue, connections } = await startProcess(SHORT_LOCKS, abortable);
    await queue.wake(A);
    await abortable.running(A);
    // As after an outage of Redis that is longer than the lock.
    const locks = await connections.commands.keys('*:lock');
    expect(locks).toHaveLength(1);
    await connections.commands.del(...locks);
    await until(() => abortable.wakes[0]?.signal.aborted === true, 'the run to be aborted');
  });
});

test('a wake while a conversation is being postponed runs at once', async () => {
  const { queue, worker, connections } = await startProcess();
  const { commands } = connections;
  const takeWakeUp = commands.skeinTakeWakeUp.bind(commands);
  commands.skeinTakeWakeUp = async (...args) => {
    const taken = await takeWakeUp(...args);
    await queue.wake(A);
    return taken;
  };
  worker.postpones(A, 1, HOUR_MS);
  await queue.wake(A);
  await worker.ran(A, 2);
});

test('a run that lost its lock and is postponed does not take the wake-up of the run that has the lock', async () => {
  // `concurrency: 1`, so that the other process takes over.
  const one = await startProcess({ ...SHORT_LOCKS, concurrency: 1 });
  one.worker.postpones(A, 1, HOUR_MS);
  const releaseOne = one.worker.blocks(A);
  await one.queue.wake(A);
  await one.worker.running(A);
  const two = await startProcess(SHORT_LOCKS);
  const releaseTwo = two.worker.blocks(A);
  await one.connections.commands.del(...(await one.connections.commands.keys('*:lock')));
  await two.worker.running(A);
  await two.queue.wake(A);
  releaseOne();
  // A run of B in the first process shows that its run of A has ended.
  await one.queue.wake(B);
  await until(() => one.worker.ended(B) + two.worker.ended(B) > 0, 'the run of the other conversation');
  releaseTwo();
  await until(() => one.worker.began(A) + two.worker.began(A) === 3, 'a run for the wake-up');
});

test('a conversation whose worker died is run again, with `crashes` counted and another run id', async () => {
  const { queue, worker, connections } = await startProcess(SHORT_LOCKS);
  worker.blocks(A);
  await queue.wake(A);
  await worker.running(A);
  // As after the worker's death: nobody renews the lock.
  await connections.commands.del(...(await connections.commands.keys('*:lock')));
  await until(() => worker.wakes.length === 2, 'the next run');
  const [before, after] = worker.wakes;
  expect([before?.crashes, after?.crashes]).toEqual([0, 1]);
  expect(new Set([before?.run, after?.run, '']).size).toBe(3);
});

test('settling resets `crashes`, also when Redis is out of memory and the run is then postponed', async () => {
  const { queue, worker, connections } = await startProcess();
  const release = worker.blocks(A);
  await queue.wake(A);
  await worker.running(A);
  await connections.commands.del(...(await connections.commands.keys('*:lock')));
  await until(() => worker.wakes.length === 2, 'the next run');
  // From the run that lost the lock, this changes nothing.
  await worker.wakes[0]?.settled();
  await connections.commands.config('SET', 'maxmemory', '1');
  await worker.wakes[1]?.settled();
  await connections.commands.config('SET', 'maxmemory', '0');
  // Twice, because the postponement by the run that lost the lock has no effect.
  worker.postpones(A, 2, 1);
  release();
  await until(() => worker.wakes.length === 3, 'a run after the postponed one');
  expect(worker.wakes.map(({ crashes }) => crashes)).toEqual([0, 1, 0]);
});

test('a wake-up under another prefix belongs to another bot', async () => {
  const connections = connectRedis(redisConfig(server), silent);
  const queue = redisQueue(connections, { concurrency: 10, prefix: 'other' }, clock, silent);
  opened.push({
    open: { queue, connections, close: async () => (await queue.stop(0), connections.close()) },
    worker: new Worker(),
  });
  const { worker, queue: own } = await startProcess();
  await queue.wake(A);
  await own.wake(B);
  await worker.ran(B);
  expect(worker.wakes.map(({ key }) => key)).toEqual([B]);
});

describe('a wake during the wait before another attempt', () => {
  test('runs at once', async () => {
    const connections = connectRedis(redisConfig(server), silent);
    const queue = redisQueue(connections, { concurrency: 10, delayMs: () => HOUR_MS }, clock, silent);
    const worker = new Worker();
    opened.push({
      open: { queue, connections, close: async () => (await queue.stop(0), connections.close()) },
      worker,
    });
    worker.fails(A, 1);
    await queue.start(worker.handle);
    await queue.wake(A);
    await worker.ran(A);
    await until(async () => (await connections.commands.zcard('{skein}:conversations:delayed')) === 1, 'the wait');
    await queue.wake(A);
    await worker.ran(A, 2);
  });
});

describe('concurrency', () => {
  test('limits the conversations that one process runs at the same time', async () => {
    const keys = Array.from({ length: 8 }, (_, n) => `T1:C1:176645900${n}.000001`);
    const { queue, worker, connections } = await startProcess({ concurrency: 2 });
    let running = 0;
    const counts = new Set<number>();
    worker.during = async () => {
      running += 1;
      counts.add(running);
      // Long enough for a third to begin if the queue allowed one.
      for (let pings = 0; pings < 20; pings += 1) await connections.blocking.ping();
      running -= 1;
    };
    await Promise.all(keys.map((key) => queue.wake(key)));
    for (const key of keys) await worker.ran(key);
    expect(Math.max(...counts)).toBe(2);
  });
});

describe('Redis', () => {
  test('that hangs makes a wake fail instead of wait; later wakes run', async () => {
    const { queue, worker } = await startProcess();
    await queue.wake(A);
    await worker.ran(A);
    server.pause();
    try {
      await expect(queue.wake(A)).rejects.toThrow('timed out');
    } finally {
      server.resume();
    }
    await until(() => wakeSucceeds(queue, B), 'a wake to succeed');
    await worker.ran(B);
  });

  test('that hangs does not keep a process from stopping', async () => {
    const { queue, worker } = await startProcess();
    worker.blocksUntilAborted(A);
    await queue.wake(A);
    await worker.running(A);
    server.pause();
    try {
      const stopping = queue.stop(PATIENCE_MS);
      await clock.advance(PATIENCE_MS);
      await until(() => worker.ended(A) === 1, 'the run to end');
      await clock.advance(PATIENCE_MS);
      await stopping;
    } finally {
      server.resume();
    }
    // It could not be handed over, but is not lost.
    const next = await startProcess();
    await next.worker.ran(A);
  });

  test('that starts after the process takes its wakes from then on', async () => {
    const late = await startRedis();
    await late.kill();
    const open = openRedisQueue(late, clock);
    const worker = new Worker();
    try {
      await expect(open.queue.wake(A)).rejects.toThrow();
      await late.start();
      await until(() => wakeSucceeds(open.queue, A), 'a wake to succeed');
      await open.queue.start(worker.handle);
      await worker.ran(A);
    } finally {
      await open.close();
      await late.stop();
    }
  });

  test('that is down makes a wake fail; once it is back, without data, wakes run', async () => {
    const { queue, worker } = await startProcess();
    await queue.wake(A);
    await worker.ran(A);
    await server.kill();
    try {
      await expect(queue.wake(A)).rejects.toThrow();
    } finally {
      await server.start();
    }
    await until(() => wakeSucceeds(queue, B), 'a wake to succeed');
    await worker.ran(B);
  });
});
