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

/** Turns of 100 tokens each, names included, a question and its answer in turn. */
function chat(count: number): Turn[] {
  return Array.from({ length: count }, (_, at) => ({
    ...(at % 2 === 0 ? person(at, `question ${at}`) : assistant(at, `answer ${at}`, at - 1)),
    tokens: at % 2 === 0 ? 92 : 96,
  }));
}

const times = (turns: readonly Turn[]): string[] => turns.map(({ ts }) => ts);
const marks = { high: 1_000, low: 500 };
const oldestOf = (of: Conversation, thresholds: Thresholds): Turn[] => turnsToSummarize(of, thresholds, isShared(of));

describe('the marks', () => {
  test.each([
    [272_000, { high: 24_000, low: 12_000 }],
    [10_000, { high: 6_000, low: 3_000 }],
  ])('with prompts of %s tokens', (budget, expected) => {
    expect(thresholdsFor(budget, 24_000)).toEqual(expected);
  });
});

describe('what is to be summed up', () => {
  test('is nothing up to the high mark', () => {
    expect(oldestOf(conversation(chat(10)), marks)).toEqual([]);
  });

  test('is the oldest above it, down to the low one', () => {
    expect(times(oldestOf(conversation(chat(12)), marks))).toEqual(times(chat(7)));
  });

  test('counts neither what a summary stands for nor what waits, and is none of it', () => {
    const turns = [...chat(14), person(14, 'and now?')];
    const summary = { text: 'So far.', covers: times(chat(4)) };
    expect(oldestOf(conversation(turns, [14], { summary }), marks)).toEqual([]);
    const more = [...chat(16), person(16, 'and now?')];
    expect(times(oldestOf(conversation(more, [16], { summary }), marks))).toEqual(times(chat(11).slice(4)));
  });

  test('is not what people just talked about, however long that is', () => {
    const turns: Turn[] = [
      ...chat(4),
      { ...person(4, 'a book'), tokens: 9_000 },
      assistant(5, 'Long.', 4),
      person(6, 'so?'),
      assistant(7, 'So.', 6),
    ];
    expect(times(oldestOf(conversation(turns), marks))).toEqual(times(chat(4)));
    expect(
      oldestOf(conversation([{ ...person(0, 'a book'), tokens: 9_000 }, assistant(1, 'Long.', 0)]), marks),
    ).toEqual([]);
  });

  test('parts no long reply', () => {
    const pieces = [0, 1, 2, 3].map((n): Turn => ({ ...assistant(3 + n, `piece ${n}`, 2), tokens: 200 }));
    const turns = [...chat(2), person(2, 'long?'), ...pieces, ...chat(12).slice(8)];
    expect(times(oldestOf(conversation(turns), marks)).at(-1)).toBe(tsAt(6));
  });

  test('is a part that one prompt holds, where there is much', () => {
    expect(oldestOf(conversation(chat(100)), marks)).toHaveLength(10);
  });

  test('is never only what the bot said for itself', () => {
    const notices = [0, 1].map((at) => assistant(at, 'Sorry.', at, { notice: true }));
    expect(
      oldestOf(
        conversation([...notices, { ...person(2, 'a'), tokens: 900 }, { ...person(3, 'b'), tokens: 900 }]),
        marks,
      ),
    ).toEqual([]);
  });
});

describe('the prompt for a summary', () => {
  const names = new Map<string, string>();
  const input = { names, system: 'You are a test.', budgetTokens: 10_000 };

  test.each([
    ['a direct message', direct],
    ['a thread, with a summary before', { summary: { text: 'So far.', covers: times(chat(3)) } }],
  ])('begins as the last one did: %s', (_, more) => {
    const whole = conversation(chat(12), [], more);
    const folded = oldestOf(whole, { high: 800, low: 400 });
    const { turns, messages: asked } = summaryPrompt(
      { ...input, conversation: whole, shared: isShared(whole) },
      folded,
      500,
    );
    expect(turns).toEqual(folded);
    const last = buildPrompt({ ...input, conversation: whole, shared: isShared(whole) }).messages;
    expect(asked.slice(0, -1)).toEqual(last.slice(0, asked.length - 1));
    expect(asked.at(-2)?.content).toContain(newestOf(folded) === tsAt(7) ? 'answer 7' : 'question 8');
    expect(asked.at(-1)).toMatchObject({ role: 'user', content: expect.stringContaining('Sum up') });
  });

  test('asks for no more words than an answer may have', () => {
    expect([summaryWordLimit(128_000), summaryWordLimit(300)]).toEqual([500, 150]);
    const { messages } = summaryPrompt({ ...input, conversation: conversation(chat(12)), shared: true }, chat(7), 150);
    expect(messages.at(-1)?.content).toContain('in at most 150 words');
  });

  test('is of as many of the turns as it can hold whole, and says which', () => {
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
      oldestOf(whole, marks),
      500,
    );
    expect(messages[1]?.content).toContain('characters left out');
    expect(turns).toHaveLength(1);
  });
});
