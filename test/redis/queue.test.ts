/** What is Redis's own in the queue: several processes, and Redis in trouble. What every queue promises is in `test/contract`. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ATTEMPTS_BEFORE_APOLOGY } from '../../src/core/retry-policy.js';
import { connectRedis } from '../../src/redis/connection.js';
import { redisQueue, type RedisQueueOptions } from '../../src/redis/queue.js';
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
/** What a worker loses is noticed soon; yet no busy machine keeps it from renewing a lock for so long. */
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

/** A process of the fleet, at work. */
async function process(
  options: Partial<RedisQueueOptions> = {},
  worker = new Worker(),
): Promise<OpenQueue & { worker: Worker }> {
  const open = openRedisQueue(server, clock, options);
  opened.push({ open, worker });
  await open.queue.start(worker.handle);
  return { ...open, worker };
}

function wakes(queue: OpenQueue['queue'], key: string): Promise<boolean> {
  return queue.wake(key).then(
    () => true,
    () => false,
  );
}

describe('several processes', () => {
  test('run a conversation one at a time, whichever of them is woken', async () => {
    const fleet = await Promise.all([process(), process()]);
    const keys = [A, B];
    let running = 0;
    let most = 0;
    for (const { worker } of fleet) {
      worker.during = async (key) => {
        if (key !== A) return;
        running += 1;
        most = Math.max(most, running);
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
    expect(most).toBe(1);
    // Both had their share, or nothing was shown.
    expect(fleet.every(({ worker }) => worker.wakes.length > 0)).toBe(true);
  });

  test('share the wake-up that comes to one while another runs the conversation: one further run, afterwards', async () => {
    const one = await process();
    const release = one.worker.holds(A);
    await one.queue.wake(A);
    await one.worker.running(A);
    const two = await process();
    await two.queue.wake(A);
    await two.queue.wake(B);
    await until(() => one.worker.ended(B) + two.worker.ended(B) === 1, 'the conversation woken after it');
    expect(one.worker.began(A) + two.worker.began(A)).toBe(1);
    release();
    await until(() => one.worker.ended(A) + two.worker.ended(A) === 2, 'the further run');
  });

  test('take over what another one was aborted in', async () => {
    const leaving = await process();
    leaving.worker.holdsUntilAborted(A);
    await leaving.queue.wake(A);
    await leaving.worker.running(A);
    const staying = await process();
    const stopping = leaving.queue.stop(PATIENCE_MS);
    await clock.advance(PATIENCE_MS);
    await stopping;
    await staying.worker.ran(A);
    expect(leaving.worker.began(A)).toBe(1);
    expect(staying.worker.began(A)).toBe(1);
  });

  test('that start later find what an earlier one was aborted in, and what it was woken for meanwhile', async () => {
    const leaving = await process();
    leaving.worker.holdsUntilAborted(A);
    await leaving.queue.wake(A);
    await leaving.worker.running(A);
    const stopping = leaving.queue.stop(PATIENCE_MS);
    await leaving.queue.wake(B);
    await clock.advance(PATIENCE_MS);
    await stopping;
    expect(leaving.worker.began(B)).toBe(0);
    const next = await process();
    await next.worker.ran(A);
    await next.worker.ran(B);
  });

  test('do not count as a try what was aborted', async () => {
    const key = A;
    for (let restarts = 0; restarts < ATTEMPTS_BEFORE_APOLOGY + 1; restarts += 1) {
      // Told before it starts, for the conversation is there already.
      const heedful = new Worker();
      heedful.holdsUntilAborted(key);
      const leaving = await process(undefined, heedful);
      if (restarts === 0) await leaving.queue.wake(key);
      await leaving.worker.running(key);
      expect(leaving.worker.wakes[0]?.overdue).toBe(false);
      const stopping = leaving.queue.stop(PATIENCE_MS);
      await clock.advance(PATIENCE_MS);
      await stopping;
    }
    const last = await process();
    await last.worker.ran(key);
  });

  test('that start later find what was held back, when its time has come', async () => {
    const leaving = await process();
    leaving.worker.holdsBack(A, 1, 100);
    await leaving.queue.wake(A);
    await leaving.worker.ran(A);
    await leaving.queue.stop(PATIENCE_MS);
    expect(leaving.worker.began(A)).toBe(1);
    const next = await process();
    await next.worker.ran(A);
  });

  test('that only wake leave the work to the others', async () => {
    const waking = openRedisQueue(server, clock);
    opened.push({ open: waking, worker: new Worker() });
    await waking.queue.wake(A);
    await waking.queue.stop(PATIENCE_MS);
    const { worker } = await process();
    await worker.ran(A);
  });
});

describe('a run whose lock is lost', () => {
  test('is aborted, for another worker may have its conversation', async () => {
    const heedful = new Worker();
    heedful.holdsUntilAborted(A);
    const { queue, connections } = await process(SHORT_LOCKS, heedful);
    await queue.wake(A);
    await heedful.running(A);
    // As when Redis was away for longer than a lock lasts.
    const locks = await connections.commands.keys('*:lock');
    expect(locks).toHaveLength(1);
    await connections.commands.del(...locks);
    await until(() => heedful.wakes[0]?.signal.aborted === true, 'the run to be aborted');
  });
});

test('a wake at the very moment in which a conversation is held back does not wait with it', async () => {
  const { queue, worker, connections } = await process();
  const { commands } = connections;
  const asked = commands.skeinTakeWakeUp.bind(commands);
  commands.skeinTakeWakeUp = async (...args) => {
    const answer = await asked(...args);
    await queue.wake(A);
    return answer;
  };
  worker.holdsBack(A, 1, HOUR_MS);
  await queue.wake(A);
  await worker.ran(A, 2);
});

test('a run that lost its conversation and is held back takes no wake-up from the one that has it', async () => {
  // Of one conversation at a time, so that the other one takes over.
  const one = await process({ ...SHORT_LOCKS, concurrency: 1 });
  one.worker.holdsBack(A, 1, HOUR_MS);
  const releaseOne = one.worker.holds(A);
  await one.queue.wake(A);
  await one.worker.running(A);
  const two = await process(SHORT_LOCKS);
  const releaseTwo = two.worker.holds(A);
  await one.connections.commands.del(...(await one.connections.commands.keys('*:lock')));
  await two.worker.running(A);
  await two.queue.wake(A);
  releaseOne();
  // The next run of that process shows that it is through with the one before.
  await one.queue.wake(B);
  await until(() => one.worker.ended(B) + two.worker.ended(B) > 0, 'another conversation');
  releaseTwo();
  await until(() => one.worker.began(A) + two.worker.began(A) === 3, 'a run for the wake-up');
});

test('a conversation whose worker died is run anew, by a run that is told so and has a name of its own', async () => {
  const { queue, worker, connections } = await process(SHORT_LOCKS);
  worker.holds(A);
  await queue.wake(A);
  await worker.running(A);
  // As after its death: nobody renews the lock.
  await connections.commands.del(...(await connections.commands.keys('*:lock')));
  await until(() => worker.wakes.length === 2, 'the next run');
  const [before, after] = worker.wakes;
  expect([before?.crashes, after?.crashes]).toEqual([0, 1]);
  expect(new Set([before?.run, after?.run, '']).size).toBe(3);
});

test('deaths that were over before something was settled count no more, though Redis be full, and the run held back then', async () => {
  const { queue, worker, connections } = await process();
  const release = worker.holds(A);
  await queue.wake(A);
  await worker.running(A);
  await connections.commands.del(...(await connections.commands.keys('*:lock')));
  await until(() => worker.wakes.length === 2, 'the next run');
  // The run that lost the conversation has no say in it.
  await worker.wakes[0]?.settled();
  await connections.commands.config('SET', 'maxmemory', '1');
  await worker.wakes[1]?.settled();
  await connections.commands.config('SET', 'maxmemory', '0');
  // Nor in this.
  worker.holdsBack(A, 2, 1);
  release();
  await until(() => worker.wakes.length === 3, 'a run after the one that was held back');
  expect(worker.wakes.map(({ crashes }) => crashes)).toEqual([0, 1, 0]);
});

test("a wake-up under another prefix is another bot's", async () => {
  const connections = connectRedis(redisConfig(server), silent);
  const queue = redisQueue(connections, { concurrency: 10, prefix: 'other' }, clock, silent);
  opened.push({
    open: { queue, connections, close: async () => (await queue.stop(0), connections.close()) },
    worker: new Worker(),
  });
  const { worker, queue: own } = await process();
  await queue.wake(A);
  await own.wake(B);
  await worker.ran(B);
  expect(worker.wakes.map(({ key }) => key)).toEqual([B]);
});

describe('a wake during the wait before a further try', () => {
  test('does not wait with it', async () => {
    const connections = connectRedis(redisConfig(server), silent);
    const hours = 3_600_000;
    const queue = redisQueue(connections, { concurrency: 10, delayMs: () => hours }, clock, silent);
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
  test('bounds the conversations that one process runs at a time', async () => {
    const keys = Array.from({ length: 8 }, (_, n) => `T1:C1:176645900${n}.000001`);
    const { queue, worker, connections } = await process({ concurrency: 2 });
    let running = 0;
    const most = new Set<number>();
    worker.during = async () => {
      running += 1;
      most.add(running);
      // Time for a third to begin, were it let.
      for (let pings = 0; pings < 20; pings += 1) await connections.blocking.ping();
      running -= 1;
    };
    await Promise.all(keys.map((key) => queue.wake(key)));
    for (const key of keys) await worker.ran(key);
    expect(Math.max(...most)).toBe(2);
  });
});

describe('Redis in trouble', () => {
  test('that hangs fails a wake instead of holding it up; the next one after it runs', async () => {
    const { queue, worker } = await process();
    await queue.wake(A);
    await worker.ran(A);
    server.pause();
    try {
      await expect(queue.wake(A)).rejects.toThrow('timed out');
    } finally {
      server.resume();
    }
    await until(() => wakes(queue, B), 'a wake to be taken');
    await worker.ran(B);
  });

  test('that hangs does not keep a process from stopping', async () => {
    const { queue, worker } = await process();
    worker.holdsUntilAborted(A);
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
    // It could not be handed over then, and is not lost all the same.
    const next = await process();
    await next.worker.ran(A);
  });

  test('that is up only after the process takes its wakes then', async () => {
    const late = await startRedis();
    await late.kill();
    const open = openRedisQueue(late, clock);
    const worker = new Worker();
    try {
      await expect(open.queue.wake(A)).rejects.toThrow();
      await late.start();
      await until(() => wakes(open.queue, A), 'a wake to be taken');
      await open.queue.start(worker.handle);
      await worker.ran(A);
    } finally {
      await open.close();
      await late.stop();
    }
  });

  test('that is down fails a wake; once it is back, empty, wakes run', async () => {
    const { queue, worker } = await process();
    await queue.wake(A);
    await worker.ran(A);
    await server.kill();
    try {
      await expect(queue.wake(A)).rejects.toThrow();
    } finally {
      await server.start();
    }
    await until(() => wakes(queue, B), 'a wake to be taken');
    await worker.ran(B);
  });
});
