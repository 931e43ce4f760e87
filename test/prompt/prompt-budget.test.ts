import { describe, expect, test } from '@jest/globals';
import { conversationTokens, LEAST_CONVERSATION_TOKENS, promptBudget } from '../../src/prompt/prompt-budget.js';
import { buildPrompt, DEFAULT_SYSTEM_PROMPT } from '../../src/prompt/prompt.js';
import { summaryPrompt } from '../../src/prompt/summary.js';
import { messageTokens } from '../../src/prompt/tokens.js';
import { conversation, direct, person } from '../support/turns.js';

const words = (count: number): string => 'word '.repeat(count).trim();

test('a prompt leaves room for the longest answer', () => {
  expect(promptBudget({ contextWindow: 32_000, maxOutput: 4_000 })).toBe(28_000);
});

test('a prompt stays below the length that doubles its price, unless a larger budget is set', () => {
  expect(promptBudget({ contextWindow: 1_050_000, maxOutput: 128_000 })).toBe(272_000);
  expect(promptBudget({ contextWindow: 1_050_000, maxOutput: 128_000 }, 500_000)).toBe(500_000);
});

test.each([
  [8_000, 8_000],
  [100_000, 28_000],
])('with a limit of %s, a prompt has at most %s tokens', (limit, tokens) => {
  expect(promptBudget({ contextWindow: 32_000, maxOutput: 4_000 }, limit)).toBe(tokens);
});

describe('the tokens for a conversation', () => {
  const tokensWith = (budget: number, system: string): number => conversationTokens(budget, system, 500);

  test('are what the system prompt and the instructions for a summary leave', () => {
    const fixed = 1_000 - tokensWith(1_000, '');
    expect(tokensWith(1_000, words(300))).toBeLessThanOrEqual(1_000 - fixed - 299);
    expect(tokensWith(1_000, words(2_000))).toBeLessThan(-1_000);
  });

  test('are enough with the default system prompt, in the smallest prompt that can be set', () => {
    expect(tokensWith(1_000, DEFAULT_SYSTEM_PROMPT)).toBeGreaterThanOrEqual(LEAST_CONVERSATION_TOKENS);
  });

  test.each([true, false])(
    'are enough for the question in every prompt, at the minimum (in a channel: %s)',
    (shared) => {
      const system = words(1_000);
      const budgetTokens = LEAST_CONVERSATION_TOKENS + 1_000 - tokensWith(1_000, system);
      const given = conversation([person(0, words(2_000)), person(1, `#1 ${words(2_000)}`)], [1], shared ? {} : direct);
      const { messages } = buildPrompt({ conversation: given, names: new Map(), shared, system, budgetTokens });
      expect(messages.at(-1)?.content).toMatch(/#1 word.*characters left out.*word/s);
      const { messages: summaryRequest } = summaryPrompt(
        { conversation: given, names: new Map(), shared, system, budgetTokens },
        { turns: given.turns.slice(0, 1), segments: [] },
        500,
      );
      expect(summaryRequest.at(-2)?.content).toMatch(/word.*characters left out.*word/s);
      for (const list of [messages, summaryRequest])
        expect(list.reduce((sum, { content }) => sum + messageTokens(content), 0)).toBeLessThanOrEqual(budgetTokens);
    },
  );
});
