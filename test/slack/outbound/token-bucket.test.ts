import { expect, test } from '@jest/globals';
import { TokenBucket } from '../../../src/slack/outbound/token-bucket.js';
import { FakeClock } from '../../support/clock.js';

function bucketOf(perMinute: number, burst: number): { clock: FakeClock; bucket: TokenBucket } {
  const clock = new FakeClock();
  return { clock, bucket: new TokenBucket(perMinute, burst, clock) };
}

test('a burst of calls passes at once, the next call waits for its share of a minute', () => {
  const { bucket } = bucketOf(60, 3);
  for (let call = 0; call < 3; call += 1) {
    expect(bucket.waitMs()).toBe(0);
    bucket.spend();
  }
  expect(bucket.waitMs()).toBe(1_000);
});

test('a call may be made after the wait', async () => {
  const { clock, bucket } = bucketOf(50, 1);
  bucket.spend();
  const wait = bucket.waitMs();
  expect(wait).toBe(1_200);
  await clock.advance(wait - 100);
  expect(bucket.waitMs()).toBeGreaterThan(0);
  await clock.advance(100);
  expect(bucket.waitMs()).toBe(0);
});

test('an hour without calls saves up no more than a burst', async () => {
  const { clock, bucket } = bucketOf(60, 2);
  await clock.advance(3_600_000);
  bucket.spend();
  bucket.spend();
  expect(bucket.waitMs()).toBe(1_000);
});

test('calls beyond the limit delay later calls', () => {
  const { bucket } = bucketOf(60, 1);
  for (let call = 0; call < 5; call += 1) bucket.spend();
  expect(bucket.waitMs()).toBe(5_000);
});

test.each([50, 100])('over a minute, no more than the burst and %d calls are made', async (perMinute) => {
  const { clock, bucket } = bucketOf(perMinute, 20);
  let made = 0;
  for (const end = clock.now() + 60_000; clock.now() < end;) {
    const wait = bucket.waitMs();
    if (wait > 0) {
      await clock.advance(wait);
      continue;
    }
    bucket.spend();
    made += 1;
  }
  expect(made).toBeGreaterThanOrEqual(20 + perMinute - 1);
  expect(made).toBeLessThanOrEqual(20 + perMinute);
});
