import { expect, test } from '@jest/globals';
import { TokenBucket } from '../../../src/slack/outbound/token-bucket.js';
import { FakeClock } from '../../support/clock.js';

function allowance(perMinute: number, atOnce: number): { clock: FakeClock; calls: TokenBucket } {
  const clock = new FakeClock();
  return { clock, calls: new TokenBucket(perMinute, atOnce, clock) };
}

test('so many calls pass at once, the next one waits for its share of a minute', () => {
  const { calls } = allowance(60, 3);
  for (let call = 0; call < 3; call += 1) {
    expect(calls.waitMs()).toBe(0);
    calls.spend();
  }
  expect(calls.waitMs()).toBe(1_000);
});

test('whoever waited so long may call', async () => {
  const { clock, calls } = allowance(50, 1);
  calls.spend();
  const wait = calls.waitMs();
  expect(wait).toBe(1_200);
  await clock.advance(wait - 100);
  expect(calls.waitMs()).toBeGreaterThan(0);
  await clock.advance(100);
  expect(calls.waitMs()).toBe(0);
});

test('an hour of silence saves up no more than a burst', async () => {
  const { clock, calls } = allowance(60, 2);
  await clock.advance(3_600_000);
  calls.spend();
  calls.spend();
  expect(calls.waitMs()).toBe(1_000);
});

test('what was said beyond the allowance is paid for later', () => {
  const { calls } = allowance(60, 1);
  for (let call = 0; call < 5; call += 1) calls.spend();
  expect(calls.waitMs()).toBe(5_000);
});

test.each([50, 100])('over a minute, no more than the burst and %d calls are made', async (perMinute) => {
  const { clock, calls } = allowance(perMinute, 20);
  let made = 0;
  for (const end = clock.now() + 60_000; clock.now() < end;) {
    const wait = calls.waitMs();
    if (wait > 0) {
      await clock.advance(wait);
      continue;
    }
    calls.spend();
    made += 1;
  }
  expect(made).toBeGreaterThanOrEqual(20 + perMinute - 1);
  expect(made).toBeLessThanOrEqual(20 + perMinute);
});
