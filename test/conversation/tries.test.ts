import { expect, test } from '@jest/globals';
import { retryDelayMs, TRIES } from '../../src/conversation/tries.js';

const delays = (random: number): number[] => Array.from({ length: TRIES - 1 }, (_, at) => retryDelayMs(at + 1, random));

test('each delay is twice the one before, two minutes at most', () => {
  expect(delays(0)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 120_000]);
});

test('chance takes up to a half away', () => {
  expect(delays(1)).toEqual(delays(0).map((delay) => delay / 2));
  expect(retryDelayMs(3, 0.5)).toBe(1_500);
});
