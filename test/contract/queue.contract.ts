/** What `WorkQueue` promises, checked on every adapter alike. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Wake, WorkQueue } from '../../src/core/ports.js';
import { MAX_ATTEMPTS, ATTEMPTS_BEFORE_APOLOGY } from '../../src/core/retry-policy.js';
import type { ConversationKey } from '../../src/core/conversation-id.js';
import type { FakeClock } from '../support/clock.js';
import { until } from '../support/until.js';
import { Worker } from './worker.js';

export interface QueueBench {
  /** Runs several conversations at a time. */
  queue: WorkQueue;
  clock: FakeClock;
  /** To be called after a run that failed or was held back for a moment: the next one comes. */
  retryComes(): Promise<void>;
  close(): Promise<void>;
}

const A: ConversationKey = 'T1:C1:1766458000.000001';
const B: ConversationKey = 'T1:C1:1766458000.000002';
const C: ConversationKey = 'T1:D1:dm';
const PATIENCE_MS = 25_000;
/** That it runs again by itself, soon or not before the test is over. */
const MOMENT_MS = 1;
const HOUR_MS = 3_600_000;

export function queueContract(name: string, make: () => Promise<QueueBench>): void {
  describe(`WorkQueue in ${name}`, () => {
    let bench: QueueBench;
    let queue: WorkQueue;
    let worker: Worker;
    beforeEach(async () => {
      bench = await make();
      ({ queue } = bench);
      worker = new Worker();
    });
    afterEach(async () => {
      worker.releaseAll();
      await bench.close();
    });

    /** Whatever was to run before a conversation woken now has begun. */
    async function allBegan(): Promise<void> {
      await queue.wake(C);
      await worker.ran(C, worker.ended(C) + 1);
    }

    /** Wakes `key`, whose first `tries` runs fail, and waits until `most` of them have. */
    async function failing(key: ConversationKey, tries: number, most = tries): Promise<void> {
      worker.fails(key, tries);
      await queue.wake(key);
      for (let made = 1; made <= most; made += 1) {
        await worker.ran(key, made);
        if (made < most) await bench.retryComes();
      }
    }

    test('runs the handler for a conversation that is woken', async () => {
      await queue.start(worker.handle);
      await queue.wake(A);
      await worker.ran(A);
      expect(worker.wakes[0]).toMatchObject({ key: A, overdue: false });
      expect(worker.wakes[0]?.signal.aborted).toBe(false);
    });

    test('runs once for one wake', async () => {
      await queue.start(worker.handle);
      await queue.wake(A);
      await worker.ran(A);
      await allBegan();
      expect(worker.began(A)).toBe(1);
    });

    test('runs a conversation woken before the start', async () => {
      await queue.wake(A);
      await queue.wake(B);
      await queue.start(worker.handle);
      await worker.ran(A);
      await worker.ran(B);
    });

    test('runs again for a wake after the run', async () => {
      await queue.start(worker.handle);
      for (const times of [1, 2, 3]) {
        await queue.wake(A);
        await worker.ran(A, times);
      }
    });

    test('runs once more, whole and afterwards, for all that is woken during a run', async () => {
      await queue.start(worker.handle);
      const release = worker.holds(A);
      await queue.wake(A);
      await worker.running(A);
      for (let wakes = 0; wakes < 5; wakes += 1) await queue.wake(A);
      await allBegan();
      expect(worker.began(A)).toBe(1);
      release();
      await worker.ran(A, 2);
      await allBegan();
      expect(worker.began(A)).toBe(2);
      expect(worker.most(A)).toBe(1);
    });

    test('runs one conversation while another is at work', async () => {
      await queue.start(worker.handle);
      const release = worker.holds(A);
      await queue.wake(A);
      await worker.running(A);
      await queue.wake(B);
      await worker.ran(B);
      expect(worker.ended(A)).toBe(0);
      release();
      await worker.ran(A);
    });

    test('follows every wake of a storm by a run that began after it, one at a time', async () => {
      await queue.start(worker.handle);
      for (let round = 0; round < 20; round += 1) {
        const began = [worker.began(A), worker.began(B)] as const;
        await Promise.all([queue.wake(A), queue.wake(B), queue.wake(A)]);
        // Not waited for in every round, so that wakes meet runs in every state.
        if (round % 4 === 0)
          await until(() => worker.began(A) > began[0] && worker.began(B) > began[1], 'runs after the wakes');
      }
      const began = worker.began(A);
      await queue.wake(A);
      await until(() => worker.began(A) > began, 'a run after the last wake');
      expect(worker.most(A)).toBe(1);
      expect(worker.most(B)).toBe(1);
    });

    test('tries again after a failure, and no more after a success', async () => {
      await queue.start(worker.handle);
      await failing(A, 2);
      await bench.retryComes();
      await worker.ran(A, 3);
      await allBegan();
      expect(worker.began(A)).toBe(3);
      expect(worker.most(A)).toBe(1);
    });

    test('tries a bounded number of times, and says when people should be told', async () => {
      await queue.start(worker.handle);
      await failing(A, MAX_ATTEMPTS);
      await allBegan();
      const tries = worker.wakes.filter(({ key }) => key === A);
      expect(tries.map(({ overdue }) => overdue)).toEqual(
        Array.from({ length: MAX_ATTEMPTS }, (_, at) => at + 1 >= ATTEMPTS_BEFORE_APOLOGY),
      );
    });

    test('counts failures and tries anew once something was settled', async () => {
      const before = 5;
      await queue.start(worker.handle);
      const { during } = worker;
      worker.during = async (key) => {
        await during(key);
        if (key === A && worker.began(A) === before) await worker.wakes.at(-1)?.settled();
      };
      const all = before - 1 + MAX_ATTEMPTS;
      await failing(A, all);
      await allBegan();
      const overdue = worker.wakes.filter(({ key }) => key === A).map((wake) => wake.overdue);
      const counted = [
        ...Array.from({ length: before }, (_, at) => at + 1),
        ...Array.from({ length: MAX_ATTEMPTS - 1 }, (_, at) => at + 2),
      ];
      expect(overdue).toEqual(counted.map((tries) => tries >= ATTEMPTS_BEFORE_APOLOGY));
    });

    test('runs again for a wake after the last try has failed, with all its tries', async () => {
      await queue.start(worker.handle);
      await failing(A, MAX_ATTEMPTS);
      await allBegan();
      await queue.wake(A);
      await worker.ran(A, MAX_ATTEMPTS + 1);
      expect(worker.wakes.findLast(({ key }) => key === A)).toMatchObject({ overdue: false });
    });

    test('runs again for a wake during the last try, which fails', async () => {
      await queue.start(worker.handle);
      const release = worker.holds(A, MAX_ATTEMPTS);
      await failing(A, MAX_ATTEMPTS, MAX_ATTEMPTS - 1);
      await bench.retryComes();
      await worker.running(A, MAX_ATTEMPTS);
      await queue.wake(A);
      release();
      await worker.ran(A, MAX_ATTEMPTS + 1);
    });

    test('runs again for a wake during a try that fails', async () => {
      await queue.start(worker.handle);
      worker.fails(A, 1);
      const release = worker.holds(A);
      await queue.wake(A);
      await worker.running(A);
      await queue.wake(A);
      release();
      await worker.ran(A);
      await bench.retryComes();
      await worker.ran(A, 2);
      expect(worker.most(A)).toBe(1);
    });

    test('runs other conversations while one waits for its next try', async () => {
      await queue.start(worker.handle);
      await failing(A, 1);
      await queue.wake(B);
      await worker.ran(B);
    });

    test('runs again when the time of a run that was held back has come, and takes that for no failure', async () => {
      const times = ATTEMPTS_BEFORE_APOLOGY + 2;
      worker.holdsBack(A, times, MOMENT_MS);
      await queue.start(worker.handle);
      await queue.wake(A);
      for (let made = 1; made <= times; made += 1) {
        await worker.ran(A, made);
        await bench.retryComes();
      }
      await worker.ran(A, times + 1);
      await allBegan();
      expect(worker.began(A)).toBe(times + 1);
      expect(worker.most(A)).toBe(1);
      expect(worker.wakes.filter(({ overdue }) => overdue)).toEqual([]);
    });

    test('counts failed tries on when a run between them was held back', async () => {
      worker.holdsBack(A, 1, MOMENT_MS);
      await queue.start(worker.handle);
      await failing(A, ATTEMPTS_BEFORE_APOLOGY - 1);
      await bench.retryComes();
      await worker.ran(A, ATTEMPTS_BEFORE_APOLOGY);
      await bench.retryComes();
      await worker.ran(A, ATTEMPTS_BEFORE_APOLOGY + 1);
      expect(worker.wakes.at(-1)).toMatchObject({ key: A, overdue: true });
    });

    test('runs at once for a wake while it is held back, and other conversations all the time', async () => {
      worker.holdsBack(A, 2, HOUR_MS);
      await queue.start(worker.handle);
      for (const times of [1, 2, 3]) {
        await queue.wake(A);
        await worker.ran(A, times);
        await allBegan();
        expect(worker.began(A)).toBe(times);
      }
    });

    test('runs again at once, and once, for wakes during a run that is then held back', async () => {
      worker.holdsBack(A, 1, HOUR_MS);
      await queue.start(worker.handle);
      const release = worker.holds(A);
      await queue.wake(A);
      await worker.running(A);
      await queue.wake(A);
      await queue.wake(A);
      release();
      await worker.ran(A, 2);
      await allBegan();
      expect(worker.began(A)).toBe(2);
      expect(worker.most(A)).toBe(1);
    });

    test('follows every wake of a storm by a run that began after it, one at a time, though all are held back', async () => {
      worker.holdsBack(A, 1_000, HOUR_MS);
      await queue.start(worker.handle);
      for (let round = 0; round < 40; round += 1) {
        const began = worker.began(A);
        await Promise.all([queue.wake(A), queue.wake(A)]);
        if (round % 3 === 0) await until(() => worker.began(A) > began, 'a run after the wakes');
      }
      const began = worker.began(A);
      await queue.wake(A);
      await until(() => worker.began(A) > began, 'a run after the last wake');
      expect(worker.most(A)).toBe(1);
    });

    test('stops at once while a conversation is held back', async () => {
      worker.holdsBack(A, 1, HOUR_MS);
      await queue.start(worker.handle);
      await queue.wake(A);
      await worker.ran(A);
      await queue.stop(PATIENCE_MS);
      await bench.clock.advance(2 * HOUR_MS);
      expect(bench.clock.sleeping).toEqual([]);
      expect(worker.began(A)).toBe(1);
    });

    test('waits for what runs when it stops, and begins nothing new', async () => {
      await queue.start(worker.handle);
      const release = worker.holds(A);
      await queue.wake(A);
      await worker.running(A);
      const steps: string[] = [];
      const stopping = queue.stop(PATIENCE_MS).finally(() => steps.push('stopped'));
      await queue.wake(B);
      await bench.clock.advance(PATIENCE_MS - 1);
      expect(steps).toEqual([]);
      expect(worker.wakes[0]?.signal.aborted).toBe(false);
      release();
      await stopping;
      expect(worker.ended(A)).toBe(1);
      expect(worker.wakes.map(({ key }) => key)).toEqual([A]);
    });

    test('aborts what runs for too long when it stops, and waits for its end', async () => {
      await queue.start(worker.handle);
      worker.holdsUntilAborted(A);
      await queue.wake(A);
      await worker.running(A);
      const stopping = queue.stop(PATIENCE_MS);
      await bench.clock.advance(PATIENCE_MS);
      await stopping;
      expect(worker.wakes.map(({ key, signal }): [string, boolean] => [key, signal.aborted])).toEqual([[A, true]]);
      expect(worker.ended(A)).toBe(1);
    });

    test('lets a run end well that hears the signal and ends all the same', async () => {
      await queue.start(worker.handle);
      const release = worker.holds(A);
      await queue.wake(A);
      await worker.running(A);
      const stopping = queue.stop(PATIENCE_MS);
      await bench.clock.advance(PATIENCE_MS);
      const wake = worker.wakes[0] as Wake;
      expect(wake.signal.aborted).toBe(true);
      release();
      await stopping;
      expect(worker.began(A)).toBe(1);
    });

    test('stops at once when nothing runs, started or not', async () => {
      await queue.start(worker.handle);
      await queue.wake(A);
      await worker.ran(A);
      await queue.stop(PATIENCE_MS);
      const idle = await make();
      await idle.queue.stop(PATIENCE_MS);
      await idle.close();
      expect(bench.clock.sleeping).toEqual([]);
    });
  });
}
