import { expect, test } from '@jest/globals';
import { answersIn, answerTo } from '../../chaos/checker/answer-format.js';
import { CUT_OFF, FILTERED } from '../../src/messages/english.js';
import { splitReply } from '../../src/slack/outbound/split.js';

test('an answer is read as it was written, however it is cut into messages', () => {
  const text = answerTo(['q-1', 'q-2'], 4_000);
  const parts = splitReply(text).map(({ shown }) => shown.trim());
  expect(parts.length).toBeGreaterThan(1);
  for (const read of [text, parts.join(''), parts.join('\n')]) {
    expect(answersIn(read)).toEqual({
      answers: [{ tokens: ['q-1', 'q-2'], count: 4_000, hasGaps: false, at: 0 }],
      rest: [],
    });
  }
  expect(answersIn(parts.slice(1).join('')).answers).toEqual([]);
  expect(answersIn(parts.toReversed().join('')).rest).not.toEqual([]);
});

test('an answer that the model was stopped in has gaps unless it says so', () => {
  const gaps = (text: string): boolean[] =>
    answersIn(`${text} ${answerTo(['q-9'], 2)}`).answers.map(({ hasGaps }) => hasGaps);
  expect(gaps(answerTo(['q-1'], 5, 'length'))).toEqual([true, false]);
  expect(gaps(answerTo(['q-1'], 5, 'length') + CUT_OFF)).toEqual([false, false]);
  expect(gaps(answerTo(['q-1'], 5, 'content_filter') + FILTERED)).toEqual([false, false]);
  expect(gaps(answerTo(['q-1'], 5, 'content_filter') + CUT_OFF)).toEqual([true, false]);
});

test('what stands beside answers is the rest', () => {
  expect(answersIn(`one ${answerTo(['q-1'], 1)} two ${answerTo(['q-2'], 1)} [[q-3]] 4: w1 w2`).rest).toEqual([
    'one',
    'two',
    '[[q-3]]4:w1w2',
  ]);
});
