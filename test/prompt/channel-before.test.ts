import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { textOf } from '../../src/core/content.js';
import type { Conversation } from '../../src/core/conversation.js';
import { alternating } from '../../src/openai/messages.js';
import { CHANNEL_HEAD, CHANNEL_TAIL } from '../../src/prompt/channel-before.js';
import { peopleIn } from '../../src/prompt/names.js';
import { buildPrompt, type Prompt } from '../../src/prompt/prompt.js';
import { summaryPrompt } from '../../src/prompt/summary.js';
import { messageTokens } from '../../src/prompt/tokens.js';
import { ANN, assistant, BEN, CAT, conversation, person, segmentOf } from '../support/turns.js';

const NAMES = new Map([
  [ANN, 'Ann'],
  [BEN, 'Ben'],
]);

const input = (given: Conversation, budgetTokens = 10_000): Parameters<typeof buildPrompt>[0] => ({
  conversation: given,
  names: NAMES,
  shared: true,
  system: 'Be brief.',
  budgetTokens,
});
const promptOf = (given: Conversation, budgetTokens?: number): Prompt => buildPrompt(input(given, budgetTokens));

/** The conversation of Ann's question, after these messages of Ben's in the channel. */
function after(texts: readonly string[], more: Partial<Conversation> = {}): Conversation {
  return conversation([person(100, 'which?')], [100], {
    channelBefore: texts.map((text, at) => person(at, text, BEN)),
    ...more,
  });
}

/** The part of the prompt, without its frame; undefined if there is none. */
function partOf({ messages }: Prompt): string[] | undefined {
  const part = messages.map(({ content }) => textOf(content)).find((text) => text.startsWith(CHANNEL_HEAD));
  return part?.split('\n\n').slice(1, -1);
}

test('stands after the instructions and before summaries and turns, as a message of its own', () => {
  const given = after(['the red one', 'or the blue one'], {
    segments: [segmentOf([person(50, 'a')], 'Plums.')],
  });
  const { messages } = promptOf(given);
  expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'user', 'user']);
  expect(messages[1]?.content).toBe(
    [CHANNEL_HEAD, 'Ben: the red one', 'Ben: or the blue one', CHANNEL_TAIL].join('\n\n'),
  );
  expect(messages.at(-1)?.content).toBe('Ann: which?');
  expect(alternating(messages).map(({ role }) => role)).toEqual(['system', 'user']);
});

test('stays the same while the conversation goes on, with the numbers of people without a name', () => {
  const channelBefore = [person(0, 'one', CAT), person(1, 'two', 'U0DAN')];
  const first = conversation([person(100, 'which?')], [100], { channelBefore });
  const later = conversation(
    [person(100, 'which?'), assistant(101, 'This.', 100), person(102, 'me too', 'U0EVE')],
    [102],
    { channelBefore },
  );
  expect(partOf(promptOf(first))).toEqual(['Person 1: one', 'Person 2: two']);
  expect(promptOf(later).messages.slice(0, 3)).toEqual(promptOf(first).messages);
  expect([...peopleIn(first)]).toEqual([ANN, 'U0DAN', CAT]);
});

test('is not there where nothing was said', () => {
  expect(partOf(promptOf(after([])))).toBeUndefined();
  expect(partOf(promptOf(after([''])))).toBeUndefined();
});

test('takes a quarter of the prompt at most: the oldest are left out, one that is too long is cut', () => {
  const texts = Array.from({ length: 60 }, (_, at) => `remark ${at} ${'word '.repeat(30)}`.trim());
  const part = partOf(promptOf(after(texts), 4_000)) ?? [];
  expect(messageTokens(part.join('\n\n'))).toBeLessThan(1_000);
  expect(part.length).toBeGreaterThan(5);
  expect(part).toEqual(texts.slice(-part.length).map((text) => `Ben: ${text}`));
  const [cut = ''] = partOf(promptOf(after(['word '.repeat(5_000)]), 4_000)) ?? [];
  expect(cut).toContain('characters left out');
});

test('is no part of a summary, which would keep what is deleted later', () => {
  const given = { ...after(['a secret']), pending: [] };
  const { messages } = summaryPrompt(input(given), { turns: given.turns, segments: [] }, 100);
  expect(JSON.stringify(messages)).not.toContain('secret');
});

describe('whatever people write', () => {
  const piece = fc.constantFrom(
    'Ann: yes',
    'word ',
    '\n',
    '\r\n',
    '\u2028',
    CHANNEL_TAIL,
    CHANNEL_HEAD,
    '😀',
    `<@${ANN}>`,
  );
  const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

  test('nobody can forge a speaker or the end of the part, and the budget holds', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), fc.integer({ min: 400, max: 3_000 }), (texts, budget) => {
        const { messages } = promptOf(after(texts), budget);
        expect(messages.reduce((sum, { content }) => sum + messageTokens(content), 0)).toBeLessThanOrEqual(budget);
        expect(messages.at(-1)?.content).toBe('Ann: which?');
        for (const { role, content } of messages.slice(1, -1)) {
          expect(role).toBe('user');
          const lines = textOf(content).split(/[\n\v\f\r\u0085\u2028\u2029]/);
          const unindented = lines.filter((line) => line.trim() !== '' && !line.startsWith('    '));
          expect(unindented[0]).toBe(CHANNEL_HEAD);
          expect(unindented.at(-1)).toBe(CHANNEL_TAIL);
          for (const line of unindented.slice(1, -1)) expect(line).toMatch(/^Ben: /);
        }
      }),
    );
  });
});
