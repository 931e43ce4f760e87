import { describe, expect, test } from '@jest/globals';
import type { Conversation } from '../../src/core/conversation.js';
import { newestOf, type Turn } from '../../src/core/turn.js';
import { buildPrompt } from '../../src/prompt/prompt.js';
import {
  summaryPrompt,
  summaryWordLimit,
  type Thresholds,
  thresholdsFor,
  turnsToSummarize,
} from '../../src/prompt/summary.js';
import { assistant, conversation, direct, isShared, person, tsAt } from '../support/turns.js';

/** `count` turns of 100 tokens each, names included: questions and answers alternate. */
function chat(count: number): Turn[] {
  return Array.from({ length: count }, (_, at) => ({
    ...(at % 2 === 0 ? person(at, `question ${at}`) : assistant(at, `answer ${at}`, at - 1)),
    tokens: at % 2 === 0 ? 92 : 96,
  }));
}

const timestamps = (turns: readonly Turn[]): string[] => turns.map(({ ts }) => ts);
const thresholds = { high: 1_000, low: 500 };
const toSummarize = (given: Conversation, limits: Thresholds): Turn[] =>
  turnsToSummarize(given, limits, isShared(given));

describe('the thresholds', () => {
  test.each([
    [272_000, { high: 24_000, low: 12_000 }],
    [10_000, { high: 6_000, low: 3_000 }],
  ])('depend on the prompt size: %s tokens', (budget, expected) => {
    expect(thresholdsFor(budget, 24_000)).toEqual(expected);
  });
});

describe('the turns to summarize', () => {
  test('are none up to the high threshold', () => {
    expect(toSummarize(conversation(chat(10)), thresholds)).toEqual([]);
  });

  test('are the oldest ones above it, down to the low threshold', () => {
    expect(timestamps(toSummarize(conversation(chat(12)), thresholds))).toEqual(timestamps(chat(7)));
  });

  test('exclude summarized and pending turns, which are not counted either', () => {
    const turns = [...chat(14), person(14, 'and now?')];
    const summary = { text: 'So far.', covers: timestamps(chat(4)) };
    expect(toSummarize(conversation(turns, [14], { summary }), thresholds)).toEqual([]);
    const more = [...chat(16), person(16, 'and now?')];
    expect(timestamps(toSummarize(conversation(more, [16], { summary }), thresholds))).toEqual(
      timestamps(chat(11).slice(4)),
    );
  });

  test('exclude the last exchange, however long it is', () => {
    const turns: Turn[] = [
      ...chat(4),
      { ...person(4, 'a book'), tokens: 9_000 },
      assistant(5, 'Long.', 4),
      person(6, 'so?'),
      assistant(7, 'So.', 6),
    ];
    expect(timestamps(toSummarize(conversation(turns), thresholds))).toEqual(timestamps(chat(4)));
    expect(
      toSummarize(conversation([{ ...person(0, 'a book'), tokens: 9_000 }, assistant(1, 'Long.', 0)]), thresholds),
    ).toEqual([]);
  });

  test('never split a long reply', () => {
    const pieces = [0, 1, 2, 3].map((n): Turn => ({ ...assistant(3 + n, `piece ${n}`, 2), tokens: 200 }));
    const turns = [...chat(2), person(2, 'long?'), ...pieces, ...chat(12).slice(8)];
    expect(timestamps(toSummarize(conversation(turns), thresholds)).at(-1)).toBe(tsAt(6));
  });

  test('are at most what one prompt holds', () => {
    expect(toSummarize(conversation(chat(100)), thresholds)).toHaveLength(10);
  });

  test('are never notices only', () => {
    const notices = [0, 1].map((at) => assistant(at, 'Sorry.', at, { notice: true }));
    expect(
      toSummarize(
        conversation([...notices, { ...person(2, 'a'), tokens: 900 }, { ...person(3, 'b'), tokens: 900 }]),
        thresholds,
      ),
    ).toEqual([]);
  });
});

describe('the prompt for a summary', () => {
  const names = new Map<string, string>();
  const input = { names, system: 'You are a test.', budgetTokens: 10_000 };

  test.each([
    ['a direct message', direct],
    ['a thread with an earlier summary', { summary: { text: 'So far.', covers: timestamps(chat(3)) } }],
  ])('begins like the last prompt: %s', (_, more) => {
    const whole = conversation(chat(12), [], more);
    const oldest = toSummarize(whole, { high: 800, low: 400 });
    const { turns, messages: request } = summaryPrompt(
      { ...input, conversation: whole, shared: isShared(whole) },
      oldest,
      500,
    );
    expect(turns).toEqual(oldest);
    const last = buildPrompt({ ...input, conversation: whole, shared: isShared(whole) }).messages;
    expect(request.slice(0, -1)).toEqual(last.slice(0, request.length - 1));
    expect(request.at(-2)?.content).toContain(newestOf(oldest) === tsAt(7) ? 'answer 7' : 'question 8');
    expect(request.at(-1)).toMatchObject({ role: 'user', content: expect.stringContaining('Sum up') });
  });

  test('asks for at most as many words as an answer may have', () => {
    expect([summaryWordLimit(128_000), summaryWordLimit(300)]).toEqual([500, 150]);
    const { messages } = summaryPrompt({ ...input, conversation: conversation(chat(12)), shared: true }, chat(7), 150);
    expect(messages.at(-1)?.content).toContain('in at most 150 words');
  });

  test('covers as many whole turns as fit, and returns them', () => {
    const whole = conversation(chat(12).map((turn) => ({ ...turn, text: 'word '.repeat(200), tokens: 200 })));
    const { turns, messages } = summaryPrompt(
      { ...input, budgetTokens: 1_000, conversation: whole, shared: isShared(whole) },
      whole.turns.slice(0, 8),
      500,
    );
    expect(turns).toEqual(whole.turns.slice(0, 4));
    expect(messages).toHaveLength(6);
  });

  test('stays within the budget', () => {
    const whole = conversation([{ ...person(0, 'word '.repeat(20_000)), tokens: 20_000 }, ...chat(12).slice(1)]);
    const { turns, messages } = summaryPrompt(
      { ...input, budgetTokens: 2_000, conversation: whole, shared: isShared(whole) },
      toSummarize(whole, thresholds),
      500,
    );
    expect(messages[1]?.content).toContain('characters left out');
    expect(turns).toHaveLength(1);
  });
});
