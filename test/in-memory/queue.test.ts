/** What is the memory queue's own: its waits. What every queue promises is in `test/contract`. */
import { expect, test } from '@jest/globals';
import { retryDelayMs } from '../../src/core/retry-policy.js';
import { memoryQueue } from '../../src/in-memory/queue.js';
import { silent } from '../contract/backends.js';
import { Worker } from '../contract/worker.js';
import { FakeClock } from '../support/clock.js';
import { until } from '../support/until.js';

const KEY = 'T1:C1:1766458000.000001';
const LONG_MS = 3_600_000;

test('waits longer before each further try', async () => {
  const clock = new FakeClock();
  const queue = memoryQueue(clock, silent);
  const worker = new Worker();
  worker.fails(KEY, 4);
  await queue.start(worker.handle);
  await queue.wake(KEY);
  for (const tries of [1, 2, 3, 4]) {
    await until(() => clock.sleeping.length === 1, `the wait after try ${tries}`);
    const [wait] = clock.sleeping as [number];
    expect(wait).toBeLessThanOrEqual(retryDelayMs(tries, 0));
    expect(wait).toBeGreaterThanOrEqual(retryDelayMs(tries, 1));
    await clock.advance(wait - 1);
    expect(worker.began(KEY)).toBe(tries);
    await clock.advance(1);
    await worker.ran(KEY, tries + 1);
  }
});

test('does not wait for a later try when it stops, nor begins it', async () => {
  const clock = new FakeClock();
  const queue = memoryQueue(clock, silent);
  const worker = new Worker();
  worker.fails(KEY, 1);
  await queue.start(worker.handle);
  await queue.wake(KEY);
  await until(() => clock.sleeping.length === 1, 'the wait before the next try');
  await queue.stop(LONG_MS);
  expect(clock.sleeping).toEqual([]);
  await clock.advance(LONG_MS);
  expect(worker.began(KEY)).toBe(1);
});

test('a wake during the wait before a further try does not wait with it', async () => {
  const clock = new FakeClock();
  const queue = memoryQueue(clock, silent);
  const worker = new Worker();
  worker.fails(KEY, 1);
  await queue.start(worker.handle);
  await queue.wake(KEY);
  await until(() => clock.sleeping.length === 1, 'the wait before the next try');
  await queue.wake(KEY);
  await worker.ran(KEY, 2);
});
