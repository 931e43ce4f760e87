/** The waits of the in-memory queue. What every queue promises is in `test/contract`. */
import { expect, test } from '@jest/globals';
import type { WorkQueue } from '../../src/core/ports.js';
import { retryDelayMs } from '../../src/core/retry-policy.js';
import { memoryQueue } from '../../src/in-memory/queue.js';
import { silent } from '../contract/backends.js';
import { Worker } from '../contract/worker.js';
import { FakeClock } from '../support/clock.js';
import { until } from '../support/until.js';

const KEY = 'T1:C1:1766458000.000001';
const LONG_MS = 3_600_000;

/** A queue that waits before the second attempt. */
async function afterOneFailure(): Promise<{ clock: FakeClock; queue: WorkQueue; worker: Worker }> {
  const clock = new FakeClock();
  const queue = memoryQueue(clock, silent);
  const worker = new Worker();
  worker.fails(KEY, 1);
  await queue.start(worker.handle);
  await queue.wake(KEY);
  await until(() => clock.sleeping.length === 1, 'the wait before the next attempt');
  return { clock, queue, worker };
}

test('waits longer before each further attempt', async () => {
  const clock = new FakeClock();
  const queue = memoryQueue(clock, silent);
  const worker = new Worker();
  worker.fails(KEY, 4);
  await queue.start(worker.handle);
  await queue.wake(KEY);
  for (const attempts of [1, 2, 3, 4]) {
    await until(() => clock.sleeping.length === 1, `the wait after attempt ${attempts}`);
    const [wait] = clock.sleeping as [number];
    expect(wait).toBeLessThanOrEqual(retryDelayMs(attempts, 0));
    expect(wait).toBeGreaterThanOrEqual(retryDelayMs(attempts, 1));
    await clock.advance(wait - 1);
    expect(worker.began(KEY)).toBe(attempts);
    await clock.advance(1);
    await worker.ran(KEY, attempts + 1);
  }
});

test('stops without waiting for the next attempt, and does not make it', async () => {
  const { clock, queue, worker } = await afterOneFailure();
  await queue.stop(LONG_MS);
  expect(clock.sleeping).toEqual([]);
  await clock.advance(LONG_MS);
  expect(worker.began(KEY)).toBe(1);
});

test('a wake during the wait before another attempt runs at once', async () => {
  const { queue, worker } = await afterOneFailure();
  await queue.wake(KEY);
  await worker.ran(KEY, 2);
});
