import { expect, test } from '@jest/globals';
import { promptBudget } from '../../src/conversation/prompt-budget.js';

test('a prompt leaves room for the longest answer', () => {
  expect(promptBudget({ contextWindow: 32_000, maxOutput: 4_000 })).toBe(28_000);
});

test('a prompt is not longer than what costs twice as much, unless that is wanted', () => {
  expect(promptBudget({ contextWindow: 1_050_000, maxOutput: 128_000 })).toBe(272_000);
  expect(promptBudget({ contextWindow: 1_050_000, maxOutput: 128_000 }, 500_000)).toBe(500_000);
});

test.each([
  [8_000, 8_000],
  [100_000, 28_000],
])('with a bound of %s it has %s tokens at most', (most, tokens) => {
  expect(promptBudget({ contextWindow: 32_000, maxOutput: 4_000 }, most)).toBe(tokens);
});
