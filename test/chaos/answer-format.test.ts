import { expect, test } from '@jest/globals';
import { densely, formatAnswer, parseAnswers, picturesIn, withStopMarked } from '../../chaos/checker/answer-format.js';
import { CUT_OFF, english, FILTERED, STOPPED } from '../../src/messages/english.js';
import { splitReply, withFenceClosed } from '../../src/slack/outbound/split.js';

test('parses a formatted answer, also when it is split into messages', () => {
  const text = formatAnswer(['q-1', 'q-2'], 4_000);
  const parts = splitReply(text).map(({ shown }) => shown.trim());
  expect(parts.length).toBeGreaterThan(1);
  for (const read of [text, parts.join(''), parts.join('\n')]) {
    expect(parseAnswers(read)).toEqual({
      answers: [{ tokens: ['q-1', 'q-2'], count: 4_000, hasGaps: false, at: 0 }],
      rest: [],
    });
  }
  expect(parseAnswers(parts.slice(1).join('')).answers).toEqual([]);
  expect(parseAnswers(parts.toReversed().join('')).rest).not.toEqual([]);
});

test('an answer that was stopped early has gaps unless the note about it follows', () => {
  const gaps = (text: string): boolean[] =>
    parseAnswers(`${text} ${formatAnswer(['q-9'], 2)}`).answers.map(({ hasGaps }) => hasGaps);
  expect(gaps(formatAnswer(['q-1'], 5, 'length'))).toEqual([true, false]);
  expect(gaps(formatAnswer(['q-1'], 5, 'length') + CUT_OFF)).toEqual([false, false]);
  expect(gaps(formatAnswer(['q-1'], 5, 'content_filter') + FILTERED)).toEqual([false, false]);
  expect(gaps(formatAnswer(['q-1'], 5, 'content_filter') + CUT_OFF)).toEqual([true, false]);
});

test('an answer with a note that it was stopped is as long as it is, whatever the note cut short', () => {
  const read = (text: string): unknown => {
    const { answers, rest } = parseAnswers(`${text} ${formatAnswer(['q-9'], 2)}`);
    return [answers.map(({ stoppedAt, hasGaps }) => [stoppedAt, hasGaps]), rest];
  };
  const rest = [undefined, false];
  expect(read(`[[q-1]] 9: w1 w2 w${STOPPED}`)).toEqual([[[4, false], rest], []]);
  expect(read(`[[q-1]] 9: w1 w2…${STOPPED}`)).toEqual([[[4, false], rest], []]);
  expect(read(`${formatAnswer(['q-1'], 3)}${STOPPED}`)).toEqual([[[undefined, false], rest], []]);
  expect(read(`${formatAnswer(['q-1'], 3, 'length')}${CUT_OFF.slice(0, 9)}${STOPPED}`)).toEqual([
    [[6, false], rest],
    [],
  ]);
  expect(read(`[[q-1]] 9: w1 w3${STOPPED}`)).toEqual([[[4, true], rest], []]);
});

test.each(['', ' 6', ' 60:', ' 60: w'])('an answer that was stopped behind its questions and "%s" is read', (shown) => {
  expect(parseAnswers(`[[q-1,q-2]]${shown}${STOPPED}`)).toMatchObject({
    answers: [{ tokens: ['q-1', 'q-2'], stoppedAt: 0, hasGaps: false }],
    rest: [],
  });
});

test('text outside of answers is the rest', () => {
  expect(parseAnswers(`one ${formatAnswer(['q-1'], 1)} two ${formatAnswer(['q-2'], 1)} [[q-3]] 4: w1 w2`).rest).toEqual(
    ['one', 'two', '[[q-3]]4:w1w2'],
  );
});

test('an answer that a person stopped is whole whatever dots the processes that took it over have added', () => {
  const whole = formatAnswer(['q-1'], 9);
  for (const text of [whole.slice(0, -12), whole].flatMap((said) => [said, `${said}…`, `${said} ……`]))
    expect(parseAnswers(withStopMarked(densely(text)))).toMatchObject({
      answers: [{ tokens: ['q-1'], hasGaps: false }],
      rest: [],
    });
});

test.each([
  ['note-7.txt', 'unavailable'],
  ['note-7.wav', 'not_transcribed'],
] as const)('the note about %s, which could not be read, is no part of an answer', (name, problem) => {
  const note = english.filesNotRead([{ name, problem }]);
  expect(parseAnswers(formatAnswer(['q-7'], 3) + note)).toMatchObject({ answers: [{ hasGaps: false }], rest: [] });
});

test('a picture is part of the answer that asks for it, made or not, and however far it is written', () => {
  const whole = formatAnswer(['q-1'], 5, 'stop', 12);
  const note = english.pictureBelow('pic-12.png');
  const texts = [
    whole,
    whole.replace(/```image[^]*```/, note),
    `${whole}\n\n${english.pictureNotMade('pic-12.png', 'busy')}`,
    `${whole}\n\n${english.makingPicture('pic-12.png')}`,
  ];
  for (const text of texts)
    expect(parseAnswers(text)).toMatchObject({ answers: [{ tokens: ['q-1'], count: 5, hasGaps: false }], rest: [] });
  for (let end = whole.indexOf('∎') + 1; end <= whole.length; end += 1) {
    const stopped = withFenceClosed(whole.slice(0, end)) + STOPPED;
    expect(parseAnswers(stopped)).toMatchObject({ answers: [{ hasGaps: false }], rest: [] });
  }
  expect(parseAnswers(`${note} ${whole}`).rest).not.toEqual([]);
  expect(texts.map(picturesIn)).toEqual([
    { shown: [], named: ['pic-12.png'] },
    { shown: ['pic-12.png'], named: ['pic-12.png'] },
    { shown: [], named: ['pic-12.png'] },
    { shown: [], named: ['pic-12.png'] },
  ]);
});
