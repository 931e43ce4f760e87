import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { partsOf } from '../../src/core/content.js';
import type { PromptMessage } from '../../src/core/ports.js';
import { isMarked, withBreakpoints } from '../../src/openai/breakpoints.js';
import { alternating } from '../../src/openai/messages.js';

const SYSTEM: PromptMessage = { role: 'system', content: 'Be brief.' };
const summary = (content: string): PromptMessage => ({ role: 'user', content, breakpoint: true });
const user = (content: PromptMessage['content']): PromptMessage => ({ role: 'user', content });
const assistant = (content: string): PromptMessage => ({ role: 'assistant', content });

/** What the model reads up to each breakpoint, and to the end. */
function beginnings(messages: readonly PromptMessage[]): { atBreakpoints: string[]; whole: string } {
  const atBreakpoints: string[] = [];
  let whole = '';
  for (const { role, content } of messages) {
    whole += `<${role}>`;
    for (const part of partsOf(content)) {
      whole += part.text;
      if (isMarked(part)) atBreakpoints.push(whole);
    }
  }
  return { atBreakpoints, whole };
}

test('they stand behind the summary and behind the last message that has been answered', () => {
  const sent = withBreakpoints([
    SYSTEM,
    summary('Plums.'),
    user('one'),
    assistant('1'),
    user('two'),
    assistant('2'),
    user('three'),
  ]);
  expect(sent).toEqual([
    SYSTEM,
    user([{ type: 'text', text: 'Plums.', breakpoint: true } as never, { type: 'text', text: '\n\none' }]),
    assistant('1'),
    user([{ type: 'text', text: 'two', breakpoint: true } as never]),
    assistant('2'),
    user('three'),
  ]);
});

test('none stands in a first question: OpenAI sets the one behind it', () => {
  expect(withBreakpoints([SYSTEM, user('one')])).toEqual([SYSTEM, user('one')]);
});

test("the bot's own words get none, since OpenAI takes none there", () => {
  const sent = withBreakpoints([SYSTEM, assistant('Welcome'), user('one'), { ...assistant('1'), breakpoint: true }]);
  for (const { role, content } of sent) {
    if (role !== 'user') expect(typeof content).toBe('string');
  }
  expect(beginnings(sent).atBreakpoints).toHaveLength(1);
});

test('at most three are sent, the newest', () => {
  const summaries = ['a', 'b', 'c', 'd'].map(summary);
  const sent = withBreakpoints([SYSTEM, ...summaries, user('one'), assistant('1'), user('two')]);
  expect(beginnings(sent).atBreakpoints.map((text) => text.trim())).toEqual([
    expect.stringMatching(/c$/),
    expect.stringMatching(/d$/),
    expect.stringMatching(/one$/),
  ]);
});

describe('in any conversation', () => {
  const turn = fc.record({
    questions: fc.array(fc.stringMatching(/^[a-z]{1,5}$/), { minLength: 1, maxLength: 3 }),
    answer: fc.stringMatching(/^[a-z]{1,5}$/),
  });
  const threads = fc.record({
    hasSummary: fc.boolean(),
    isCut: fc.boolean(),
    turns: fc.array(turn, { minLength: 1, maxLength: 6 }),
  });

  test('each prompt has one where the prompt before it ended', () => {
    fc.assert(
      fc.property(threads, ({ hasSummary, isCut, turns }) => {
        const said: PromptMessage[] = [
          SYSTEM,
          ...(isCut ? [{ role: 'system' as const, content: 'The oldest are left out.' }] : []),
          ...(hasSummary ? [summary('Plums.')] : []),
        ];
        let before: string | undefined;
        for (const { questions, answer } of turns) {
          said.push(...questions.map(user));
          const { atBreakpoints, whole } = beginnings(withBreakpoints(said));
          if (before !== undefined) expect(atBreakpoints).toContain(before);
          expect(atBreakpoints).toHaveLength((hasSummary ? 1 : 0) + (before === undefined ? 0 : 1));
          before = whole;
          said.push(assistant(answer));
        }
      }),
    );
  });

  test('the model reads the same words as without', () => {
    fc.assert(
      fc.property(threads, ({ hasSummary, turns }) => {
        const said = turns.flatMap(({ questions, answer }) => [...questions.map(user), assistant(answer)]);
        const list = [SYSTEM, ...(hasSummary ? [summary('Plums.')] : []), ...said, user('last')];
        expect(beginnings(withBreakpoints(list)).whole).toBe(beginnings(alternating(list)).whole);
      }),
    );
  });
});
