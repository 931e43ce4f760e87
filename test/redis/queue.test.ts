/** The queue in Redis: several processes, and failures of Redis. What every queue promises is in `test/contract`. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Wake } from '../../src/core/ports.js';
import { ATTEMPTS_BEFORE_APOLOGY } from '../../src/core/retry-policy.js';
import { BEAT_MS, LEASE_MS } from '../../src/redis/lease.js';
import type { RedisQueue } from '../../src/redis/queue.js';
import { type OpenQueue, openRedisQueue, type ProcessOptions } from '../contract/backends.js';
import { Worker } from '../contract/worker.js';
import { FakeClock } from '../support/clock.js';
import { RecordingLogger } from '../support/doubles.js';
import { empty } from '../support/redis-place.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const A = 'T1:C1:1766458000.000001';
const B = 'T1:C1:1766458000.000002';
const C = 'T1:C1:1766458000.000003';
const PATIENCE_MS = 25_000;
const HOUR_MS = 3_600_000;
const PROCESSES = '{skein}:processes';
const HELD = '{skein}:wakes:held';

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

/** Does not beat by itself after its start: its lease lasts until a test ends it. */
const HANGING = { lease: new FakeClock(), leaseMs: 60_000 } satisfies ProcessOptions;

/** Starts a queue and a worker, as a process of the fleet does. */
async function startProcess(
  options: ProcessOptions = {},
  worker = new Worker(),
): Promise<OpenQueue<RedisQueue> & { worker: Worker }> {
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
    const fleet = [await startProcess(), await startProcess()] as const;
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
      // The one that wakes an idle conversation runs it.
      const inTurn = Math.floor(round / 5) % 2 === 0 ? fleet : fleet.toReversed();
      await Promise.all(inTurn.flatMap(({ queue }) => keys.map((key) => queue.wake(key))));
      if (round % 5 < 4) continue;
      await until(() => keys.every((key, n) => began(key) > (before[n] ?? 0)), 'runs after the wakes');
      for (const key of keys) await until(() => fleet[0].queue.isIdle(key), `the end of the runs of ${key}`);
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

/** As after the process's death: nobody renews its lease. */
async function endLease({ connections, lease }: OpenQueue): Promise<void> {
  await connections.commands.zadd(PROCESSES, 1, lease.process);
}

describe('a process whose lease is over', () => {
  test('loses its conversations: their runs are aborted, and say nothing about them any more', async () => {
    const logger = new RecordingLogger();
    const one = await startProcess({ ...HANGING, logger });
    one.worker.blocksUntilAborted(A);
    await one.queue.wake(A);
    await one.worker.running(A);
    const two = await startProcess();
    const release = two.worker.blocks(A);
    await endLease(one);
    await two.worker.running(A);
    await one.lease.beat();
    await one.worker.ran(A);
    expect(one.worker.wakes[0]?.signal.aborted).toBe(true);
    expect(logger.lines.map(({ message }) => message)).toContain(
      'this process did not respond for too long: another one has taken over these jobs',
    );
    await two.queue.wake(A);
    release();
    await two.worker.ran(A, 2);
    expect(one.worker.began(A)).toBe(1);
  });

  test('does not take them back when another process is done with them', async () => {
    const one = await startProcess(HANGING);
    one.worker.blocksUntilAborted(A);
    await one.queue.wake(A);
    await one.worker.running(A);
    const two = await startProcess(HANGING);
    await endLease(one);
    await two.lease.beat();
    await two.worker.ran(A);
    await until(() => two.queue.isIdle(A), 'the end of the run');
    await one.lease.beat();
    await one.worker.ran(A);
    expect(await one.queue.isIdle(A)).toBe(true);
  });

  test('does not take back either what goes on in spite of being aborted', async () => {
    const one = await startProcess(HANGING);
    one.worker.blocks(A);
    await one.queue.wake(A);
    await one.worker.running(A);
    const two = await startProcess(HANGING);
    await endLease(one);
    await two.lease.beat();
    await two.worker.ran(A);
    await until(() => two.queue.isIdle(A), 'the end of the run');
    for (let beats = 0; beats < 2; beats += 1) await one.lease.beat();
    expect(one.worker.wakes[0]?.signal.aborted).toBe(true);
    expect(await one.queue.isIdle(A)).toBe(true);
  });

  test('cannot postpone what another process runs, nor take its wake-up', async () => {
    const one = await startProcess(HANGING);
    one.worker.postpones(A, 1, HOUR_MS);
    const releaseOne = one.worker.blocks(A);
    await one.queue.wake(A);
    await one.worker.running(A);
    const two = await startProcess();
    const releaseTwo = two.worker.blocks(A);
    await endLease(one);
    await two.worker.running(A);
    await two.queue.wake(A);
    releaseOne();
    await one.worker.ran(A);
    await one.lease.beat();
    expect(two.worker.began(A)).toBe(1);
    releaseTwo();
    await two.worker.ran(A, 2);
  });

  test('keeps its conversations until the lease is over', async () => {
    // A thousand times as long as in the bot, so that the speed of this machine does not matter.
    const slow = { ...HANGING, leaseMs: LEASE_MS * 1_000 };
    const [one, two] = [await startProcess(slow), await startProcess(slow)];
    one.worker.blocks(A);
    await one.queue.wake(A);
    await one.worker.running(A);
    const standStill = async (ms: number): Promise<void> => {
      await one.connections.commands.zincrby(PROCESSES, -ms * 1_000, one.lease.process);
      await two.lease.beat();
    };
    await standStill(BEAT_MS + 2_000);
    expect(two.worker.began(A)).toBe(0);
    await standStill(LEASE_MS - BEAT_MS - 2_000 + 1);
    await two.worker.running(A);
  });

  test('claims nothing before it has a new one', async () => {
    const one = await startProcess(HANGING);
    await endLease(one);
    await one.queue.wake(A);
    await one.queue.wake(B);
    expect(one.worker.wakes).toEqual([]);
    await one.lease.beat();
    await one.worker.ran(A);
  });
});

describe('after an outage, when every lease is over', () => {
  test.each<[string, (other: OpenQueue) => Promise<OpenQueue>]>([
    ['one that was there before', async (other) => other],
    ['one that is new', () => startProcess(HANGING)],
  ])('the first process that comes back takes nothing over: %s', async (_which, firstOf) => {
    const [one, two] = [await startProcess(HANGING), await startProcess(HANGING)];
    one.worker.blocks(A);
    await one.queue.wake(A);
    await one.worker.running(A);
    await endLease(one);
    await endLease(two);
    const first = await firstOf(two);
    await first.lease.beat();
    await first.lease.beat();
    await one.lease.beat();
    expect(opened.reduce((sum, { worker }) => sum + worker.began(A), 0)).toBe(1);
    expect(one.worker.wakes[0]?.signal.aborted).toBe(false);
  });

  test('those that do not come back are taken over', async () => {
    const [one, two] = [await startProcess(HANGING), await startProcess(HANGING)];
    one.worker.blocks(A);
    await one.queue.wake(A);
    await one.worker.running(A);
    await endLease(one);
    await endLease(two);
    await two.lease.beat();
    await endLease(one);
    await two.lease.beat();
    await two.worker.running(A);
    expect(two.worker.wakes[0]).toMatchObject({ crashes: 1, isGuilty: false });
  });
});

describe('keys that were deleted', () => {
  /** As a lease's length later. */
  async function recovered({ connections }: OpenQueue): Promise<void> {
    expect(await connections.commands.pttl('{skein}:recovering')).toBeGreaterThan(0);
    await connections.commands.del('{skein}:recovering');
  }

  test('are written again for what runs: nothing is aborted, nothing runs twice at a time', async () => {
    const [one, two] = [await startProcess(HANGING), await startProcess(HANGING)];
    const release = one.worker.blocks(A);
    await one.queue.wake(A);
    await one.worker.running(A);
    await empty(server);
    await two.lease.beat();
    await one.lease.beat();
    await two.queue.wake(A);
    await two.lease.beat();
    expect(two.worker.wakes).toEqual([]);
    release();
    await until(() => one.worker.ended(A) === 1, 'the end of the run');
    await recovered(one);
    await until(async () => {
      await one.lease.beat();
      return one.worker.ended(A) === 2;
    }, 'a run for the wake-up');
    expect(one.worker.wakes[0]?.signal.aborted).toBe(false);
  });

  test('let nothing begin before each process had time to say what it runs', async () => {
    const [one, two] = [await startProcess(HANGING), await startProcess(HANGING)];
    one.worker.blocks(A);
    await one.queue.wake(A);
    await one.worker.running(A);
    await empty(server);
    await two.lease.beat();
    // Such as for a mention in a thread whose answer is still being written.
    await two.queue.wake(A);
    await two.queue.wake(B);
    await two.lease.beat();
    expect(two.worker.wakes).toEqual([]);
    await one.lease.beat();
    await recovered(two);
    await two.lease.beat();
    await two.worker.ran(B);
    expect(one.worker.wakes[0]?.signal.aborted).toBe(false);
    expect(two.worker.began(A)).toBe(0);
  });

  test('of the leases alone take no work from the living', async () => {
    const [one, two] = [await startProcess(HANGING), await startProcess(HANGING)];
    one.worker.blocks(A);
    await one.queue.wake(A);
    await one.worker.running(A);
    await one.connections.commands.del(PROCESSES);
    await two.lease.beat();
    await two.lease.beat();
    expect(two.worker.wakes).toEqual([]);
    await endLease(one);
    await recovered(two);
    await two.lease.beat();
    await two.worker.running(A);
  });
});

type Send = (...args: string[]) => Promise<unknown>;

test.each(['skeinWake', 'skeinFinish', 'skeinBeat'] as const)(
  'a conversation that was claimed by a call whose answer is lost is run: %s',
  async (name) => {
    const { queue, worker, lease, connections } = await startProcess({ ...HANGING, concurrency: 1 });
    const commands = connections.commands as unknown as Record<string, Send | undefined>;
    const release = worker.blocks(B);
    await queue.wake(B);
    await worker.running(B);
    if (name === 'skeinFinish') await queue.wake(A);
    else {
      release();
      await worker.ran(B);
      await until(async () => (await connections.commands.hlen(HELD)) === 0, 'the end of the run');
      if (name === 'skeinBeat') await connections.commands.zadd('{skein}:wakes:due', 1, A);
    }
    const send = commands[name]?.bind(commands);
    commands[name] = async (...args) => {
      commands[name] = send;
      await send?.(...args);
      throw new Error('the answer is lost');
    };
    if (name === 'skeinWake') await expect(queue.wake(A)).rejects.toThrow('the answer is lost');
    else if (name === 'skeinFinish') release();
    else await lease.beat();
    await until(async () => (await connections.commands.hexists(HELD, A)) === 1, 'the claim');
    expect(worker.began(A)).toBe(0);
    await lease.beat();
    await worker.ran(A);
    expect(worker.wakes.at(-1)).toMatchObject({ key: A, crashes: 0 });
  },
);

describe('processes that die', () => {
  /** Takes over what others leave, but has no room to run it. */
  let heir: OpenQueue;
  beforeEach(async () => {
    heir = await startProcess({ ...HANGING, concurrency: 0 });
  });

  /** Runs in it do not end by themselves. */
  async function startMortal(): Promise<OpenQueue & { worker: Worker; release: Map<string, () => void> }> {
    const worker = new Worker();
    const release = new Map([A, B, C].map((key) => [key, worker.blocks(key)]));
    return { ...(await startProcess(HANGING, worker)), release };
  }

  async function die(process: OpenQueue): Promise<void> {
    await endLease(process);
    await heir.lease.beat();
  }

  const keysOf = ({ wakes }: Worker): string[] => wakes.map(({ key }) => key);

  /** Several processes die that run all of these. */
  async function makeSuspects(keys: string[], times = 2): Promise<void> {
    for (const key of keys) await heir.queue.wake(key);
    for (let deaths = 0; deaths < times; deaths += 1) {
      const mortal = await startMortal();
      expect(keysOf(mortal.worker)).toEqual(keys);
      expect(mortal.worker.wakes.map(({ crashes }) => crashes)).toEqual(keys.map(() => deaths));
      await die(mortal);
    }
  }

  test('are counted, and the next run has another id', async () => {
    const mortal = await startMortal();
    await mortal.queue.wake(A);
    await mortal.worker.running(A);
    await die(mortal);
    const { worker } = await startProcess();
    await worker.ran(A);
    const [before, after] = [mortal.worker.wakes[0], worker.wakes[0]];
    expect([before?.crashes, after?.crashes]).toEqual([0, 1]);
    expect(new Set([before?.run, after?.run, '']).size).toBe(3);
  });

  test.each([
    [2, 8],
    [3, 4],
    [4, 2],
    [5, 1],
    [6, 1],
  ])('that were %s make suspects: a process runs %s of them at a time', async (deaths, atOnce) => {
    const { commands } = heir.connections;
    const keys = Array.from({ length: 10 }, (_, n) => `T1:C1:176645900${n}.000001`);
    for (const key of keys) {
      await commands.hset('{skein}:wakes:tries', key, `0 ${deaths} 0 0`);
      await heir.queue.wake(key);
    }
    const { worker } = await startMortal();
    expect(keysOf(worker)).toEqual(keys.slice(0, atOnce));
  });

  test('make suspects of what was in all of them: at last a process runs one at a time, and others beside it', async () => {
    await makeSuspects([A, B], 4);
    await heir.connections.commands.hset('{skein}:wakes:tries', A, '0 5 0 0', B, '0 5 0 0');
    const { worker, queue, lease, release } = await startMortal();
    expect(keysOf(worker)).toEqual([A]);
    await queue.wake(C);
    await worker.running(C);
    await queue.wake(B);
    await lease.beat();
    expect(keysOf(worker)).toEqual([A, C]);
    release.get(A)?.();
    await worker.running(B);
  });

  test('make no suspect of what has settled something', async () => {
    await makeSuspects([A, B]);
    const { worker, lease } = await startMortal();
    expect(keysOf(worker)).toEqual([A, B]);
    await worker.wakes[0]?.settled();
    await die({ ...heir, lease });
    const next = await startMortal();
    expect(next.worker.wakes.map(({ key, crashes }) => [key, crashes])).toEqual(
      expect.arrayContaining([
        [A, 1],
        [B, 3],
      ]),
    );
  });

  test('prove the one guilty that runs in each of them, and no other', async () => {
    await makeSuspects([A, B]);
    const ran: Wake[] = [];
    const isProven = (): boolean => ran.some(({ isGuilty }) => isGuilty);
    for (let rounds = 0; rounds < 20 && !isProven(); rounds += 1) {
      const mortal = await startMortal();
      await mortal.queue.wake(C);
      // Others end when it is their turn to run apart.
      if (mortal.worker.began(A) === 0) for (const key of [B, C]) mortal.release.get(key)?.();
      await mortal.worker.running(A);
      ran.push(...mortal.worker.wakes);
      await die(mortal);
    }
    expect(ran.filter(({ isGuilty }) => isGuilty).map(({ key, crashes }) => [key, crashes])).toEqual([[A, 8]]);
    expect(ran.some(({ key }) => key === B)).toBe(true);
  });

  test.each([
    ['all of which it has in common with others', 0, true],
    ['of which others died without it', 25, false],
  ])('prove nothing in a storm that goes on for longer than a minute, %s', async (_, others, isGuilty) => {
    const { commands } = heir.connections;
    const ago = Date.now() - 90_000;
    await commands.hset('{skein}:wakes:tries', A, `0 9 5 0 0 0 ${ago}`);
    for (let n = 0; n < 9 + others; n += 1) await commands.zadd('{skein}:deaths', ago + n, `dead ${n}`);
    await heir.queue.wake(A);
    const mortal = await startMortal();
    await mortal.worker.running(A);
    await die(mortal);
    const next = await startMortal();
    await next.worker.running(A);
    expect(next.worker.wakes).toMatchObject([{ key: A, crashes: 10, isGuilty }]);
  });

  test('make no longer guilty what has said so', async () => {
    await heir.connections.commands.hset('{skein}:wakes:tries', A, '0 8 6 1');
    await heir.queue.wake(A);
    const mortal = await startMortal();
    expect(mortal.worker.wakes).toMatchObject([{ key: A, isGuilty: true }]);
    await mortal.worker.wakes[0]?.settled();
    await die(mortal);
    const { worker } = await startProcess();
    await worker.ran(A);
    expect(worker.wakes).toMatchObject([{ key: A, crashes: 1, isGuilty: false }]);
  });
});

describe('a process that only stood still', () => {
  /** Is taken over as if it had died, comes back and stops. */
  async function standsStill(): Promise<OpenQueue & { worker: Worker }> {
    const worker = new Worker();
    worker.blocksUntilAborted(A);
    const one = await startProcess(HANGING, worker);
    const other = await startProcess({ ...HANGING, concurrency: 0 });
    await other.queue.wake(A);
    await one.lease.beat();
    await one.worker.running(A);
    await endLease(one);
    await other.lease.beat();
    const stopping = one.queue.stop(PATIENCE_MS);
    await one.lease.beat();
    await stopping;
    return one;
  }
  const tries = async ({ connections }: OpenQueue, job = A): Promise<string[] | undefined> =>
    (await connections.commands.hget('{skein}:wakes:tries', job))?.split(' ').slice(0, 4);

  test('counts as no death of its conversations, except each fourth time', async () => {
    const found: (string[] | undefined)[] = [];
    for (let n = 0; n < 4; n += 1) found.push(await tries(await standsStill()));
    expect(found).toEqual([...Array.from({ length: 3 }, () => ['0', '0', '0', '0']), ['0', '1', '0', '0']]);
  });

  test.each([
    ['0 4 2 0', ['0', '4', '2', '0']],
    ['0 6 6 1', ['0', '6', '6', '1']],
  ])('makes none of them guilty, nor more so: %s', async (before, after) => {
    const { connections } = await startProcess({ ...HANGING, concurrency: 0 });
    await connections.commands.hset('{skein}:wakes:tries', A, before);
    expect(await tries(await standsStill())).toEqual(after);
  });

  test('leaves what it ran as one job, though that is no suspect any more', async () => {
    const { connections } = await startProcess({ ...HANGING, concurrency: 0 });
    await connections.commands.hset('{skein}:wakes:tries', A, '0 1 0 0');
    await standsStill();
    expect(await connections.commands.zcard('{skein}:wakes:suspects')).toBe(0);
    expect(await connections.commands.zcard('{skein}:wakes:due')).toBe(1);
  });
});

test('a conversation that kills processes although it is known to be guilty is left alone for a day', async () => {
  const logger = new RecordingLogger();
  const heir = await startProcess({ ...HANGING, concurrency: 0, logger });
  const { commands } = heir.connections;
  await commands.hset('{skein}:wakes:tries', A, '0 8 6 1');
  await heir.queue.wake(A);
  for (let deaths = 0; deaths < 3; deaths += 1) {
    const worker = new Worker();
    worker.blocks(A);
    const mortal = await startProcess(HANGING, worker);
    await mortal.worker.running(A);
    expect(mortal.worker.wakes).toMatchObject([{ key: A, isGuilty: true }]);
    await endLease(mortal);
    await heir.lease.beat();
  }
  expect(logger.lines).toContainEqual({
    level: 'error',
    facts: { queue: 'wakes', jobs: [A] },
    message: 'processes crash as soon as they run these jobs: skipping them for a day',
  });
  const next = await startProcess(HANGING);
  await next.queue.wake(A);
  await next.queue.wake(B);
  await next.worker.ran(B);
  expect(next.worker.began(A)).toBe(0);
  expect(await next.queue.isIdle(A)).toBe(false);
  const [seconds] = await commands.time();
  const restMs = Number(await commands.zscore('{skein}:wakes:suspects', A)) - Number(seconds) * 1_000;
  expect(restMs / HOUR_MS).toBeCloseTo(24, 1);
});

test('beats that are asked for while one is on its way are sent as one', async () => {
  const { lease, connections } = await startProcess(HANGING);
  const { commands } = connections;
  const send = commands.skeinBeat.bind(commands);
  let sent = 0;
  commands.skeinBeat = (...args) => {
    sent += 1;
    return send(...args);
  };
  await Promise.all(Array.from({ length: 10 }, () => lease.beat()));
  expect(sent).toBe(2);
});

test('a conversation that waits longer runs first', async () => {
  const { queue, worker } = await startProcess({ ...HANGING, concurrency: 1 });
  const release = worker.blocks(A);
  for (const key of [A, C, B]) await queue.wake(key);
  await queue.wake(C);
  await worker.running(A);
  release();
  await worker.ran(B);
  expect(worker.wakes.map(({ key }) => key)).toEqual([A, C, B]);
});

test('a conversation that is woken while older ones wait runs at once, if there is room for all', async () => {
  const { queue, worker, connections } = await startProcess(HANGING);
  worker.blocks(A);
  await connections.commands.zadd('{skein}:wakes:due', 1, A, 2, B);
  await queue.wake(C);
  for (const key of [B, C]) await worker.ran(key);
});

test('a process without room leaves work to the others', async () => {
  const full = await startProcess({ ...HANGING, concurrency: 1 });
  full.worker.blocks(A);
  await full.queue.wake(A);
  await full.queue.wake(B);
  await full.worker.running(A);
  const { worker } = await startProcess();
  await worker.ran(B);
  expect(full.worker.began(B)).toBe(0);
});

test('settling resets `crashes`, also when Redis is out of memory and the run is then postponed', async () => {
  const one = await startProcess(HANGING);
  one.worker.blocks(A);
  await one.connections.commands.hset('{skein}:wakes:tries', A, '1 0 0 0');
  await one.queue.wake(A);
  await one.worker.running(A);
  const two = await startProcess();
  const release = two.worker.blocks(A);
  await endLease(one);
  await two.worker.running(A);
  const { commands } = two.connections;
  // From the run that lost its lease, this changes nothing.
  await one.worker.wakes[0]?.settled();
  expect(await commands.hexists('{skein}:wakes:tries', A)).toBe(1);
  await commands.config('SET', 'maxmemory', '1');
  await two.worker.wakes[0]?.settled();
  await commands.config('SET', 'maxmemory', '0');
  two.worker.postpones(A, 1, 1);
  release();
  await two.worker.ran(A, 2);
  expect(two.worker.wakes.map(({ crashes }) => crashes)).toEqual([1, 0]);
});

test('a process that stops gives its lease back, and counts as no death', async () => {
  const { queue, lease, connections } = await startProcess();
  await queue.stop(0);
  expect(await connections.commands.zscore(PROCESSES, lease.process)).toBe(null);
  const next = await startProcess(HANGING);
  await next.lease.beat();
  expect(await next.connections.commands.zcard('{skein}:deaths')).toBe(0);
});

test('a lease is renewed, and a run ends, when Redis is out of memory', async () => {
  const one = await startProcess(HANGING);
  const release = one.worker.blocks(A);
  await one.queue.wake(A);
  await one.worker.running(A);
  const { commands } = one.connections;
  await endLease(one);
  await commands.config('SET', 'maxmemory', '1');
  await one.lease.beat();
  expect(Number(await commands.zscore(PROCESSES, one.lease.process))).toBeGreaterThan(1);
  release();
  await until(async () => (await commands.hlen(HELD)) === 0, 'the end of the run');
  await commands.config('SET', 'maxmemory', '0');
});

test('a wake-up under another prefix belongs to another bot', async () => {
  const { worker, queue: own } = await startProcess();
  const other = openRedisQueue(server, clock, { prefix: 'other' });
  opened.push({ open: other, worker: new Worker() });
  await other.queue.wake(A);
  await own.wake(B);
  await worker.ran(B);
  expect(worker.wakes.map(({ key }) => key)).toEqual([B]);
});

test('a wake during the wait before another attempt runs at once', async () => {
  const { queue, worker, connections } = await startProcess({ delayMs: () => HOUR_MS });
  worker.fails(A, 1);
  await queue.wake(A);
  await until(async () => (await connections.commands.zcard('{skein}:wakes:due')) === 1, 'the wait');
  await queue.wake(A);
  await worker.ran(A, 2);
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
      for (let pings = 0; pings < 20; pings += 1) await connections.commands.ping();
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
