import { expect, test } from '@jest/globals';
import { promptBudget } from '../../src/conversation/budget.js';

test('a prompt leaves room for the longest answer', () => {
  expect(promptBudget({ contextWindow: 32_000, maxOutput: 4_000 })).toBe(28_000);
});

test.each([
  [8_000, 8_000],
  [100_000, 28_000],
])('with a bound of %s it has %s tokens at most', (most, tokens) => {
  expect(promptBudget({ contextWindow: 32_000, maxOutput: 4_000 }, most)).toBe(tokens);
});
