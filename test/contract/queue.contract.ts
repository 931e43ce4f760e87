/** Contract suite of `WorkQueue`, run on every adapter. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ConversationKey } from '../../src/core/conversation-id.js';
import type { Wake, WorkQueue } from '../../src/core/ports.js';
import { MAX_ATTEMPTS, ATTEMPTS_BEFORE_APOLOGY } from '../../src/core/retry-policy.js';
import type { FakeClock } from '../support/clock.js';
import { until } from '../support/until.js';
import { Worker } from './worker.js';

export interface QueueFixture {
  /** Runs several conversations at the same time. */
  queue: WorkQueue;
  clock: FakeClock;
  /** Advances the time to the next run, after one that failed or was postponed by `MOMENT_MS`. */
  advanceToRetry(): Promise<void>;
  close(): Promise<void>;
}

const A: ConversationKey = 'T1:C1:1766458000.000001';
const B: ConversationKey = 'T1:C1:1766458000.000002';
const C: ConversationKey = 'T1:D1:dm';
const PATIENCE_MS = 25_000;
/** Postpones a run so briefly that the next one comes during the test. */
const MOMENT_MS = 1;
/** Postpones a run so long that the next one cannot come during the test. */
const HOUR_MS = 3_600_000;

export function queueContract(name: string, make: () => Promise<QueueFixture>): void {
  describe(`WorkQueue in ${name}`, () => {
    let fixture: QueueFixture;
    let queue: WorkQueue;
    let worker: Worker;
    beforeEach(async () => {
      fixture = await make();
      ({ queue } = fixture);
      worker = new Worker();
    });
    afterEach(async () => {
      worker.releaseAll();
      await fixture.close();
    });

    /** Resolves when every run that was due has begun: runs another conversation to its end. */
    async function dueRunsBegan(): Promise<void> {
      await queue.wake(C);
      await worker.ran(C, worker.ended(C) + 1);
    }

    /** Wakes `key`, whose first `failures` runs fail, and waits for the end of `runs` runs. */
    async function wakeFailing(key: ConversationKey, failures: number, runs = failures): Promise<void> {
      worker.fails(key, failures);
      await queue.wake(key);
      for (let count = 1; count <= runs; count += 1) {
        await worker.ran(key, count);
        if (count < runs) await fixture.advanceToRetry();
      }
    }

    test('runs the handler for a woken conversation', async () => {
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
      await dueRunsBegan();
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

    test('runs exactly once more, afterwards, for all wakes during a run', async () => {
      await queue.start(worker.handle);
      const release = worker.blocks(A);
      await queue.wake(A);
      await worker.running(A);
      for (let wakes = 0; wakes < 5; wakes += 1) await queue.wake(A);
      await dueRunsBegan();
      expect(worker.began(A)).toBe(1);
      release();
      await worker.ran(A, 2);
      await dueRunsBegan();
      expect(worker.began(A)).toBe(2);
      expect(worker.maxConcurrent(A)).toBe(1);
    });

    test('runs a conversation while another one is running', async () => {
      await queue.start(worker.handle);
      const release = worker.blocks(A);
      await queue.wake(A);
      await worker.running(A);
      await queue.wake(B);
      await worker.ran(B);
      expect(worker.ended(A)).toBe(0);
      release();
      await worker.ran(A);
    });

    test('begins a run after every one of many concurrent wakes, never two at the same time', async () => {
      await queue.start(worker.handle);
      for (let round = 0; round < 20; round += 1) {
        const began = [worker.began(A), worker.began(B)] as const;
        await Promise.all([queue.wake(A), queue.wake(B), queue.wake(A)]);
        // Not awaited in every round, so that wakes come at every stage of a run.
        if (round % 4 === 0)
          await until(() => worker.began(A) > began[0] && worker.began(B) > began[1], 'runs after the wakes');
      }
      const began = worker.began(A);
      await queue.wake(A);
      await until(() => worker.began(A) > began, 'a run after the last wake');
      expect(worker.maxConcurrent(A)).toBe(1);
      expect(worker.maxConcurrent(B)).toBe(1);
    });

    test('retries after a failure, but not after a success', async () => {
      await queue.start(worker.handle);
      await wakeFailing(A, 2);
      await fixture.advanceToRetry();
      await worker.ran(A, 3);
      await dueRunsBegan();
      expect(worker.began(A)).toBe(3);
      expect(worker.maxConcurrent(A)).toBe(1);
    });

    test('makes a limited number of attempts, and says when people should be told', async () => {
      await queue.start(worker.handle);
      await wakeFailing(A, MAX_ATTEMPTS);
      await dueRunsBegan();
      const attempts = worker.wakes.filter(({ key }) => key === A);
      expect(attempts.map(({ overdue }) => overdue)).toEqual(
        Array.from({ length: MAX_ATTEMPTS }, (_, at) => at + 1 >= ATTEMPTS_BEFORE_APOLOGY),
      );
    });

    test('starts counting attempts again once something was settled', async () => {
      const settlingRun = 5;
      await queue.start(worker.handle);
      const { during } = worker;
      worker.during = async (key) => {
        await during(key);
        if (key === A && worker.began(A) === settlingRun) await worker.wakes.at(-1)?.settled();
      };
      const total = settlingRun - 1 + MAX_ATTEMPTS;
      await wakeFailing(A, total);
      await dueRunsBegan();
      const overdue = worker.wakes.filter(({ key }) => key === A).map((wake) => wake.overdue);
      const attempts = [
        ...Array.from({ length: settlingRun }, (_, at) => at + 1),
        ...Array.from({ length: MAX_ATTEMPTS - 1 }, (_, at) => at + 2),
      ];
      expect(overdue).toEqual(attempts.map((attempt) => attempt >= ATTEMPTS_BEFORE_APOLOGY));
    });

    test('runs again, with all its attempts, for a wake after the last attempt has failed', async () => {
      await queue.start(worker.handle);
      await wakeFailing(A, MAX_ATTEMPTS);
      await dueRunsBegan();
      await queue.wake(A);
      await worker.ran(A, MAX_ATTEMPTS + 1);
      expect(worker.wakes.findLast(({ key }) => key === A)).toMatchObject({ overdue: false });
    });

    test('runs again for a wake during the last attempt, which fails', async () => {
      await queue.start(worker.handle);
      const release = worker.blocks(A, MAX_ATTEMPTS);
      await wakeFailing(A, MAX_ATTEMPTS, MAX_ATTEMPTS - 1);
      await fixture.advanceToRetry();
      await worker.running(A, MAX_ATTEMPTS);
      await queue.wake(A);
      release();
      await worker.ran(A, MAX_ATTEMPTS + 1);
    });

    test('runs again for a wake during an attempt that fails', async () => {
      await queue.start(worker.handle);
      worker.fails(A, 1);
      const release = worker.blocks(A);
      await queue.wake(A);
      await worker.running(A);
      await queue.wake(A);
      release();
      await worker.ran(A);
      await fixture.advanceToRetry();
      await worker.ran(A, 2);
      expect(worker.maxConcurrent(A)).toBe(1);
    });

    test('gives every run an id of its own, and blames nobody for failures and postponements', async () => {
      worker.postpones(A, 2, MOMENT_MS);
      await queue.start(worker.handle);
      await wakeFailing(A, 2);
      for (const runs of [3, 4, 5]) {
        await fixture.advanceToRetry();
        await worker.ran(A, runs);
      }
      await queue.wake(B);
      await worker.ran(B);
      expect(worker.wakes).toHaveLength(6);
      expect(new Set(worker.wakes.map(({ run }) => run)).size).toBe(6);
      for (const wake of worker.wakes) expect(wake).toMatchObject({ crashes: 0, isGuilty: false });
    });

    test('runs every conversation of many that are woken at once', async () => {
      const keys = Array.from({ length: 100 }, (_, n) => `T1:C1:17664590${n + 10}.000001`);
      await queue.start(worker.handle);
      await Promise.all(keys.map((key) => queue.wake(key)));
      for (const key of keys) await worker.ran(key);
      expect(keys.map((key) => worker.maxConcurrent(key))).toEqual(keys.map(() => 1));
    });

    test('runs other conversations while one waits for its next attempt', async () => {
      await queue.start(worker.handle);
      await wakeFailing(A, 1);
      await queue.wake(B);
      await worker.ran(B);
    });

    test('runs a postponed conversation again after the delay, and does not count a failure', async () => {
      const times = ATTEMPTS_BEFORE_APOLOGY + 2;
      worker.postpones(A, times, MOMENT_MS);
      await queue.start(worker.handle);
      await queue.wake(A);
      for (let count = 1; count <= times; count += 1) {
        await worker.ran(A, count);
        await fixture.advanceToRetry();
      }
      await worker.ran(A, times + 1);
      await dueRunsBegan();
      expect(worker.began(A)).toBe(times + 1);
      expect(worker.maxConcurrent(A)).toBe(1);
      expect(worker.wakes.filter(({ overdue }) => overdue)).toEqual([]);
    });

    test('keeps counting failed attempts when a run between them was postponed', async () => {
      worker.postpones(A, 1, MOMENT_MS);
      await queue.start(worker.handle);
      await wakeFailing(A, ATTEMPTS_BEFORE_APOLOGY - 1);
      await fixture.advanceToRetry();
      await worker.ran(A, ATTEMPTS_BEFORE_APOLOGY);
      await fixture.advanceToRetry();
      await worker.ran(A, ATTEMPTS_BEFORE_APOLOGY + 1);
      expect(worker.wakes.at(-1)).toMatchObject({ key: A, overdue: true });
    });

    test('runs a postponed conversation at once for a wake, and other conversations meanwhile', async () => {
      worker.postpones(A, 2, HOUR_MS);
      await queue.start(worker.handle);
      for (const times of [1, 2, 3]) {
        await queue.wake(A);
        await worker.ran(A, times);
        await dueRunsBegan();
        expect(worker.began(A)).toBe(times);
      }
    });

    test('runs again at once, and only once, for wakes during a run that is then postponed', async () => {
      worker.postpones(A, 1, HOUR_MS);
      await queue.start(worker.handle);
      const release = worker.blocks(A);
      await queue.wake(A);
      await worker.running(A);
      await queue.wake(A);
      await queue.wake(A);
      release();
      await worker.ran(A, 2);
      await dueRunsBegan();
      expect(worker.began(A)).toBe(2);
      expect(worker.maxConcurrent(A)).toBe(1);
    });

    test('begins a run after every one of many concurrent wakes, also when all runs are postponed', async () => {
      worker.postpones(A, 1_000, HOUR_MS);
      await queue.start(worker.handle);
      for (let round = 0; round < 40; round += 1) {
        const began = worker.began(A);
        await Promise.all([queue.wake(A), queue.wake(A)]);
        if (round % 3 === 0) await until(() => worker.began(A) > began, 'a run after the wakes');
      }
      const began = worker.began(A);
      await queue.wake(A);
      await until(() => worker.began(A) > began, 'a run after the last wake');
      expect(worker.maxConcurrent(A)).toBe(1);
    });

    test('stops at once while a conversation is postponed', async () => {
      worker.postpones(A, 1, HOUR_MS);
      await queue.start(worker.handle);
      await queue.wake(A);
      await worker.ran(A);
      await queue.stop(PATIENCE_MS);
      await fixture.clock.advance(2 * HOUR_MS);
      expect(fixture.clock.sleeping).toEqual([]);
      expect(worker.began(A)).toBe(1);
    });

    test('waits for the running conversations when it stops, and begins no others', async () => {
      await queue.start(worker.handle);
      const release = worker.blocks(A);
      await queue.wake(A);
      await worker.running(A);
      const steps: string[] = [];
      const stopping = queue.stop(PATIENCE_MS).finally(() => steps.push('stopped'));
      await queue.wake(B);
      await fixture.clock.advance(PATIENCE_MS - 1);
      expect(steps).toEqual([]);
      expect(worker.wakes[0]?.signal.aborted).toBe(false);
      release();
      await stopping;
      expect(worker.ended(A)).toBe(1);
      expect(worker.wakes.map(({ key }) => key)).toEqual([A]);
    });

    test('aborts runs that take too long when it stops, and waits until they end', async () => {
      await queue.start(worker.handle);
      worker.blocksUntilAborted(A);
      await queue.wake(A);
      await worker.running(A);
      const stopping = queue.stop(PATIENCE_MS);
      await fixture.clock.advance(PATIENCE_MS);
      await stopping;
      expect(worker.wakes.map(({ key, signal }): [string, boolean] => [key, signal.aborted])).toEqual([[A, true]]);
      expect(worker.ended(A)).toBe(1);
    });

    test('lets an aborted run end successfully', async () => {
      await queue.start(worker.handle);
      const release = worker.blocks(A);
      await queue.wake(A);
      await worker.running(A);
      const stopping = queue.stop(PATIENCE_MS);
      await fixture.clock.advance(PATIENCE_MS);
      const wake = worker.wakes[0] as Wake;
      expect(wake.signal.aborted).toBe(true);
      release();
      await stopping;
      expect(worker.began(A)).toBe(1);
    });

    test('stops at once when nothing is running, started or not', async () => {
      await queue.start(worker.handle);
      await queue.wake(A);
      await worker.ran(A);
      await queue.stop(PATIENCE_MS);
      const idle = await make();
      await idle.queue.stop(PATIENCE_MS);
      await idle.close();
      expect(fixture.clock.sleeping).toEqual([]);
    });
  });
}
