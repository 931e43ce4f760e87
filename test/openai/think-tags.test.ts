import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ThinkTags } from '../../src/openai/think-tags.js';

const CASES: [answer: string, text: string, thought: boolean][] = [
  ['<think>Hm.</think>Hi', 'Hi', true],
  ['\n <think>\nHm, <b>5 < 6</b>.\n</think>\n\nHi\n', 'Hi\n', true],
  ['<think></think>Hi', 'Hi', true],
  ['<think>one</think>\n<think>two</think>Hi', 'Hi', true],
  ['<THINK>Hm.</THINK>Hi', 'Hi', true],
  ['<thought>Hm.</thought>Hi', 'Hi', true],
  ['<thinking>a </think> inside</thinking>Hi', 'Hi', true],
  ['[THINK]Hm.[/THINK]Hi', 'Hi', true],
  ['◁think▷Hm.◁/think▷Hi', 'Hi', true],
  [
    '<think>Hm.</think>Close it with </think>, open it with <think>.',
    'Close it with </think>, open it with <think>.',
    true,
  ],
  ['<think>never closed', '', true],
  ['<think>never clo</thin', '', true],
  ['<think>Hm.</think>\n', '', true],
  ['The tag <think> opens, </think> closes.', 'The tag <think> opens, </think> closes.', false],
  ['`<think>` opens.', '`<think>` opens.', false],
  ['</think>Hi', '</think>Hi', false],
  ['<thin ice', '<thin ice', false],
  ['<thi', '<thi', false],
  ['  Hi', '  Hi', false],
  ['<', '<', false],
  [' ', ' ', false],
  ['', '', false],
];

function taken(pieces: string[]): { text: string; thought: boolean } {
  const tags = new ThinkTags();
  const cuts = pieces.map((piece) => tags.take(piece));
  return { text: cuts.map(({ text }) => text).join('') + tags.end(), thought: cuts.some(({ thought }) => thought) };
}

describe.each(CASES)('%j', (answer, text, thought) => {
  test('has this text, and its reasoning is no part of it, wherever it is cut', () => {
    expect(taken([answer])).toEqual({ text, thought });
    expect(taken(answer.split(''))).toEqual({ text, thought });
    fc.assert(
      fc.property(fc.array(fc.nat(answer.length)), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), answer.length];
        expect(taken(at.slice(1).map((end, index) => answer.slice(at[index], end)))).toEqual({ text, thought });
      }),
    );
  });
});

test('text is shown as soon as it is clear that no tag begins it', () => {
  const tags = new ThinkTags();
  expect(tags.take(' <th')).toEqual({ text: '', thought: false });
  expect(tags.take('e')).toEqual({ text: ' <the', thought: false });
  expect(tags.take('<')).toEqual({ text: '<', thought: false });
});
