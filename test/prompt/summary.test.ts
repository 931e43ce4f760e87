import { describe, expect, test } from '@jest/globals';
import { textOf } from '../../src/core/content.js';
import type { Conversation, Segment } from '../../src/core/conversation.js';
import type { Turn } from '../../src/core/turn.js';
import { conversationTokens } from '../../src/prompt/prompt-budget.js';
import { buildPrompt, SUMMARY_HEAD } from '../../src/prompt/prompt.js';
import {
  type NextSegment,
  nextSegment,
  summaryPrompt,
  summaryWordLimit,
  type Thresholds,
  thresholdsFor,
  toCompaction,
  turnsToGiveUp,
} from '../../src/prompt/summary.js';
import { messageTokens } from '../../src/prompt/tokens.js';
import { assistant, conversation, direct, isShared, padded, person, segmentOf, tsAt } from '../support/turns.js';

/** `count` turns of 100 tokens each, names included: questions and answers alternate. */
function chat(count: number): Turn[] {
  return Array.from({ length: count }, (_, at) => ({
    ...(at % 2 === 0 ? person(at, padded(`question ${at}`, 92)) : assistant(at, padded(`answer ${at}`, 96), at - 1)),
  }));
}

const timestamps = (turns: readonly Turn[]): string[] => turns.map(({ ts }) => ts);
const thresholds = { high: 1_000, low: 500, segments: 3 };
const toSummarize = (given: Conversation, limits: Thresholds): readonly Turn[] =>
  nextSegment(given, limits, isShared(given))?.turns ?? [];
/** `count` segments of two turns each, from the beginning of a chat. */
const segments = (count: number): Segment[] =>
  Array.from({ length: count }, (_, n) => segmentOf(chat(2 * n + 2).slice(-2), `Part ${n}.`, `s${n}`));

describe('the thresholds', () => {
  test.each([
    [272_000, { high: 24_000, low: 9_600, segments: 5 }],
    [10_000, { high: 4_000, low: 1_600, segments: 4 }],
    [2_000, { high: 800, low: 320, segments: 1 }],
  ])('depend on the room for a conversation: %s tokens', (room, expected) => {
    expect(thresholdsFor(room, 24_000)).toEqual(expected);
  });

  test.each([400, 1_000, 3_000, 20_000])(
    'leave no turn out before there is a summary of it, however long the system prompt: %s tokens',
    (room) => {
      const system = 'You are a test. '.repeat(1_250);
      const budgetTokens = room - conversationTokens(0, system, summaryWordLimit(4_096));
      const { high, segments: most } = thresholdsFor(room, 24_000);
      const words = (count: number): string => 'plum '.repeat(count).trim();
      const parts = Array.from({ length: most }, (_, n) =>
        segmentOf(chat(2 * n + 2).slice(-2), words(summaryWordLimit(4_096, room)), `s${n}`),
      );
      const before = Array.from({ length: 40 }, (_, n) => person(n, words(30)));
      const count = Math.floor(high / 19);
      const turns = Array.from({ length: count }, (_, n) => person(100 + n, words(12)));
      const input = { names: new Map<string, string>(), shared: true, system, budgetTokens };
      const given = conversation([...turns, person(900, words(room / 10))], [900], {
        segments: parts,
        channelBefore: before,
      });
      const { messages, leftOut } = buildPrompt({ ...input, conversation: given });
      expect(leftOut).toEqual({ oldest: 0, shortened: 0, notices: 0 });
      const shown = messages.map(({ content }) => textOf(content)).filter((text) => text.startsWith(SUMMARY_HEAD));
      expect(shown).toEqual(parts.map(({ text }) => SUMMARY_HEAD + text));
    },
  );
});

describe('the turns to summarize', () => {
  test('are none up to the high threshold', () => {
    expect(toSummarize(conversation(chat(10)), thresholds)).toEqual([]);
  });

  test('are the oldest ones above it, down to the low threshold', () => {
    expect(timestamps(toSummarize(conversation(chat(12)), thresholds))).toEqual(timestamps(chat(7)));
  });

  test('are the oldest ones of more than 500, however short: each answer loads them all', () => {
    const turns = (count: number): Turn[] =>
      Array.from({ length: count }, (_, at) => (at % 2 === 0 ? person(at, 'ok') : assistant(at, 'ok', at - 1)));
    const limits = thresholdsFor(272_000, 24_000);
    expect(toSummarize(conversation(turns(500), []), limits)).toEqual([]);
    expect(toSummarize(conversation(turns(502), []), limits)).toEqual(turns(302));
    expect(turnsToGiveUp(conversation(turns(2_000), []), limits, false)).toBeUndefined();
    expect(turnsToGiveUp(conversation(turns(2_002), []), limits, false)?.turns).toEqual(turns(502));
  });

  test('exclude pending turns, which are not counted either', () => {
    const turns = [...chat(10), person(14, 'and now?')];
    expect(toSummarize(conversation(turns, [14]), thresholds)).toEqual([]);
    const more = [...chat(12), person(16, 'and now?')];
    expect(timestamps(toSummarize(conversation(more, [16]), thresholds))).toEqual(timestamps(chat(7)));
  });

  test('are those before a segment, if its neighbour was dropped, and do not reach across it', () => {
    const [first, second, third] = segments(3) as [Segment, Segment, Segment];
    const turns = [...chat(4).slice(2), ...chat(16).slice(6)];
    const next = nextSegment(conversation(turns, [], { segments: [first, third] }), thresholds, true);
    expect(next).toEqual({ turns: chat(4).slice(2), segments: [], before: third });
    const { id: _, ...expected } = { ...second, text: 'Again.' };
    const compaction = toCompaction(next as NextSegment, 'Again.', conversation(turns), true);
    expect(compaction).toMatchObject({ segment: expected, before: third.id });
  });

  test('are summarized with the segment next to them if they are few', () => {
    const [first, , third] = segments(3) as [Segment, Segment, Segment];
    const few = person(2, padded('and?', 30));
    const turns = [few, ...chat(18).slice(6)];
    expect(nextSegment(conversation(turns, [], { segments: [first, third] }), thresholds, true)).toMatchObject({
      turns: [few],
      segments: [first],
    });
    expect(nextSegment(conversation(turns, [], { segments: [third] }), thresholds, true)).toMatchObject({
      turns: [few],
      segments: [third],
    });
  });

  test('exclude the last exchange, however long it is', () => {
    const turns: Turn[] = [
      ...chat(4),
      person(4, padded('a book', 9_000)),
      assistant(5, 'Long.', 4),
      person(6, 'so?'),
      assistant(7, 'So.', 6),
    ];
    expect(timestamps(toSummarize(conversation(turns), thresholds))).toEqual(timestamps(chat(4)));
    expect(
      toSummarize(conversation([person(0, padded('a book', 9_000)), assistant(1, 'Long.', 0)]), thresholds),
    ).toEqual([]);
  });

  test('that are given up leave the summary next to them as it is', () => {
    const late = person(2, padded('late', 92));
    const given = conversation([late, ...chat(30).slice(6)], [], {
      segments: [segmentOf(chat(2), 'Part 0.', 's0'), segmentOf(chat(6).slice(4), 'Part 2.', 's2')],
    });
    const limits = { ...thresholds, high: 560 };
    expect(toSummarize(given, { ...limits, high: 560 * 4 })).toEqual([late]);
    expect(turnsToGiveUp(given, limits, true)).toMatchObject({ turns: [late], segments: [] });
  });

  test('never split a long reply', () => {
    const pieces = [0, 1, 2, 3].map((n) => assistant(3 + n, padded(`piece ${n}`, 200), 2));
    const turns = [...chat(2), person(2, 'long?'), ...pieces, ...chat(12).slice(8)];
    expect(timestamps(toSummarize(conversation(turns), thresholds)).at(-1)).toBe(tsAt(6));
  });

  test('are at most what one prompt holds', () => {
    expect(toSummarize(conversation(chat(100)), thresholds)).toHaveLength(10);
  });

  test('are never notices only', () => {
    const notices = [0, 1].map((at) => assistant(at, 'Sorry.', at, { notice: true }));
    expect(
      toSummarize(conversation([...notices, person(2, padded('a', 900)), person(3, padded('b', 900))]), thresholds),
    ).toEqual([]);
  });
});

describe('too many segments', () => {
  const four = segments(4).map((segment, n) => ({ ...segment, tokens: [300, 200, 200, 250][n] ?? 0 }));

  test('become fewer: the two smallest neighbours are one', () => {
    expect(nextSegment(conversation(chat(12).slice(8), [], { segments: four }), thresholds, true)).toEqual({
      turns: [],
      segments: four.slice(1, 3),
    });
    expect(
      nextSegment(conversation(chat(12).slice(8), [], { segments: four.slice(1) }), thresholds, true),
    ).toBeUndefined();
  });

  test('with turns between them stay: these return only until they are summarized again', () => {
    const between = chat(4).slice(2).concat(chat(8).slice(6));
    const apart = [four[0], four[2]].flatMap((segment) => segment ?? []);
    const limits = { ...thresholds, segments: 1 };
    expect(
      nextSegment(conversation([...between, ...chat(12).slice(8)], [], { segments: apart }), limits, true),
    ).toBeUndefined();
  });

  test('are together what they were apart', () => {
    const given = conversation(chat(12).slice(8), [], { segments: four });
    const { segment, ...rest } = toCompaction({ turns: [], segments: four.slice(1, 3) }, 'Both.', given, true);
    expect(segment).toEqual({
      text: 'Both.',
      position: four[1]?.position,
      newest: four[2]?.newest,
      turns: 4,
      tokens: 400,
    });
    expect(rest).toEqual({ turns: [], segments: ['s1', 's2'], before: undefined, seal: [] });
  });

  test('of very old turns are sealed, but for those that are replaced', () => {
    const old = four.map((segment) => ({ ...segment, tokens: 150_000 }));
    const given = conversation(chat(12).slice(8), [], { segments: old });
    const sealed = toCompaction({ turns: chat(9).slice(8), segments: [] }, 'New.', given, true).seal;
    expect(sealed.map(({ id }) => id)).toEqual(['s1', 's0']);
    const merging = toCompaction({ turns: [], segments: old.slice(1, 3) }, 'Both.', given, true).seal;
    expect(merging.map(({ id }) => id)).toEqual(['s0']);
  });
});

describe('the prompt for a summary', () => {
  const names = new Map<string, string>();
  const common = { names, system: 'You are a test.', budgetTokens: 10_000 };

  test.each([
    ['a thread', {}],
    ['a direct message', direct],
  ])('begins like the last prompt, where that has the turns at its beginning: %s', (_, more) => {
    const whole = conversation(chat(12), [], more);
    const wanted = nextSegment(whole, { high: 800, low: 400, segments: 3 }, isShared(whole)) as NextSegment;
    const input = { ...common, conversation: whole, shared: isShared(whole) };
    const { next, messages: request } = summaryPrompt(input, wanted, 500);
    expect(next).toEqual(wanted);
    const last = buildPrompt(input).messages;
    expect(request.slice(0, -1)).toEqual(last.slice(0, request.length - 1));
    expect(request.at(-2)?.content).toMatch(/answer 7|question 8/);
    expect(request.at(-1)).toMatchObject({ role: 'user', content: expect.stringContaining('Sum up') });
  });

  test('has nothing in it but what the summary stands for', () => {
    const whole = conversation(chat(12).slice(6), [], { segments: segments(3) });
    const promptFor = (next: NextSegment): string[] =>
      summaryPrompt({ ...common, conversation: whole, shared: true }, next, 500)
        .messages.slice(1, -1)
        .map(({ content }) => textOf(content));
    const [, second, third] = segments(3);
    expect(promptFor({ turns: [], segments: [second, third] as Segment[] })).toEqual([
      `${SUMMARY_HEAD}Part 1.`,
      `${SUMMARY_HEAD}Part 2.`,
    ]);
    expect(promptFor({ turns: chat(7).slice(6), segments: [third] as Segment[] })).toEqual([
      `${SUMMARY_HEAD}Part 2.`,
      `Person 1: ${padded('question 6', 92)}`,
    ]);
    expect(promptFor({ turns: chat(7).slice(6), segments: [] })).toEqual([`Person 1: ${padded('question 6', 92)}`]);
  });

  test('uses the prompt cache where it begins like the prompts of answers', () => {
    const uncached = (given: Conversation, next: NextSegment): boolean =>
      summaryPrompt(
        { conversation: given, names: new Map(), shared: true, system: 'S', budgetTokens: 9_000 },
        next,
        100,
      ).uncached;
    const [first, second] = [segments(2)[0], segments(2)[1]] as [Segment, Segment];
    const [turns, rest] = [chat(12), chat(12).slice(4)];
    const summarized = conversation(rest, [], { segments: [first, second] });
    expect(uncached(conversation(turns), { turns: turns.slice(0, 4), segments: [] })).toBe(false);
    expect(uncached(summarized, { turns: [], segments: [first, second] })).toBe(false);
    expect(uncached(summarized, { turns: rest.slice(0, 4), segments: [] })).toBe(true);
    expect(uncached(summarized, { turns: rest.slice(0, 1), segments: [second] })).toBe(true);
    const inChannel = conversation(turns, [], { channelBefore: [person(0, 'before')] });
    expect(uncached(inChannel, { turns: turns.slice(0, 4), segments: [] })).toBe(true);
  });

  test('asks for at most as many words as an answer may have', () => {
    expect([summaryWordLimit(128_000), summaryWordLimit(300)]).toEqual([300, 150]);
    const { messages } = summaryPrompt(
      { ...common, conversation: conversation(chat(12)), shared: true },
      { turns: chat(7), segments: [] },
      150,
    );
    expect(messages.at(-1)?.content).toContain('in at most 150 words');
  });

  test('covers as many whole turns as fit, and returns them', () => {
    const whole = conversation(chat(12).map((turn) => ({ ...turn, text: 'word '.repeat(200) })));
    const { next, messages } = summaryPrompt(
      { ...common, budgetTokens: 1_000, conversation: whole, shared: isShared(whole) },
      { turns: whole.turns.slice(0, 8), segments: [] },
      500,
    );
    expect(next.turns).toEqual(whole.turns.slice(0, 4));
    expect(messages).toHaveLength(6);
  });

  test('stays within the budget', () => {
    const whole = conversation([person(0, 'word '.repeat(20_000)), ...chat(12).slice(1)]);
    const { next, messages, tokens } = summaryPrompt(
      { ...common, budgetTokens: 2_000, conversation: whole, shared: isShared(whole) },
      { turns: toSummarize(whole, thresholds), segments: [] },
      500,
    );
    expect(tokens()).toBe(messages.reduce((sum, { content }) => sum + messageTokens(content), 0));
    expect(tokens()).toBeLessThanOrEqual(2_000);
    expect(messages[1]?.content).toContain('characters left out');
    expect(next.turns).toHaveLength(1);
  });
});
