import { expect, test } from '@jest/globals';
import { MAX_ATTEMPTS, retryDelayMs, ATTEMPTS_BEFORE_APOLOGY } from '../../src/core/retry-policy.js';

const MINUTE_MS = 60_000;
const delays = (attempts: number, random: number): number[] =>
  Array.from({ length: attempts - 1 }, (_, at) => retryDelayMs(at + 1, random));
const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

test('each delay is twice the one before, up to ten minutes', () => {
  expect(delays(13, 0)).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000, 600_000,
  ]);
});

test('jitter shortens a delay by up to half', () => {
  expect(delays(12, 1)).toEqual(delays(12, 0).map((delay) => delay / 2));
  expect(retryDelayMs(3, 0.5)).toBe(1_500);
});

test('people are told within five minutes, and retries go on for at least eleven hours', () => {
  expect(sum(delays(ATTEMPTS_BEFORE_APOLOGY, 0))).toBeLessThan(5 * MINUTE_MS);
  expect(sum(delays(MAX_ATTEMPTS, 1))).toBeGreaterThan(11 * 60 * MINUTE_MS);
});
