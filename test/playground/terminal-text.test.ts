import { describe, expect, test } from '@jest/globals';
import type { AnswerView, PromptView } from '../../src/playground/inspection.js';
import { contextText, printable, usageLine } from '../../src/playground/terminal-text.js';

const usage = { promptTokens: 1_204, cachedTokens: 980, completionTokens: 56 };
const answer: AnswerView = {
  state: 'done',
  restarts: 0,
  latency: { requestToFirstWord: 900, firstWordToDone: 1_200 },
  usage,
};

describe('the line below an answer', () => {
  test.each<[string, AnswerView | undefined, string]>([
    [
      'all of it',
      { ...answer, costUsd: 0.00123 },
      '[1,204 tokens read (980 of them cached), 56 written, $0.0012, 2.1 s]',
    ],
    [
      'what was written to the cache',
      { ...answer, usage: { ...usage, cacheWriteTokens: 200 } },
      '[1,204 tokens read (980 of them cached, 200 written to the cache), 56 written, 2.1 s]',
    ],
    [
      'the stand-in',
      { ...answer, estimated: true, costUsd: 0 },
      '[1,204 tokens read (980 of them cached), 56 written, estimated, 2.1 s]',
    ],
    [
      'a service that counts nothing',
      { state: 'done', restarts: 0, latency: {} },
      "[no token count from the model's server]",
    ],
    ['no answer', { state: 'failed', restarts: 0, latency: {}, problem: 'it is away' }, '[no answer: it is away]'],
    ['nothing known', undefined, "[no token count from the model's server]"],
  ])('%s', (_, view, line) => {
    expect(usageLine(view)).toBe(line);
  });
});

test('control characters are replaced, except line breaks and tabs', () => {
  expect(printable('\u001B[31mred\u0007\r\u009B2J\u007F\tnext\nline é 🧶')).toBe(
    '\uFFFD[31mred\uFFFD\uFFFD\uFFFD2J\uFFFD\tnext\nline é 🧶',
  );
});

describe('the context', () => {
  test('is the prompt with its parts, what is missing, and every message', () => {
    const prompt: PromptView = {
      at: 1,
      model: 'some-model',
      tokens: 1_000,
      budgetTokens: 100_000,
      parts: [
        { name: 'system', tokens: 250 },
        { name: 'question', tokens: 750 },
      ],
      repeatedTokens: 500,
      leftOut: ['The oldest 2 messages: too many.'],
      messages: [{ role: 'system', content: 'You are Skein.', tokens: 250 }],
    };
    expect(contextText(prompt).split('\n')).toEqual([
      'some-model: 1,000 tokens (estimate) of 100,000',
      '  system         250  25 %',
      '  question       750  75 %',
      '  50 % is shared with the previous prompt',
      'Left out: The oldest 2 messages: too many.',
      '',
      '── system, 250 tokens',
      'You are Skein.',
    ]);
  });

  test('says so before the first question', () => {
    expect(contextText(undefined)).toMatch(/Nothing has been asked/);
  });
});
