import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { idOf, keyOf } from '../../src/core/conversation-id.js';
import { beginsConversation } from '../../src/core/incoming-message.js';
import { inOrder, type Turn } from '../../src/core/turn.js';
import { ANN, assistant, person, tsAt } from '../support/turns.js';

const id = { team: 'T1', channel: 'C1', thread: '1766458026.240809' };

describe("a conversation's key", () => {
  test.each([id, { team: 'E1', channel: 'D1', thread: 'dm' }])('converts back to the id: %j', (place) => {
    expect(idOf(keyOf(place))).toEqual(place);
  });

  test('names workspace, channel and thread', () => {
    expect(keyOf(id)).toBe('T1:C1:1766458026.240809');
  });

  test.each(['', 'T1', 'T1:C1', 'T1:C1:', ':C1:1.1', 'T1::1.1', 'T1:C1:1.1:x'])('of another form throws: %j', (key) => {
    expect(() => idOf(key)).toThrow(TypeError);
  });
});

test("a conversation begins with a thread's first message, and with any message at the top level of a DM", () => {
  const message = { conversation: id, ts: id.thread, author: ANN, text: 'hi', addressed: 'bot' as const };
  expect(beginsConversation(message)).toBe(true);
  expect(beginsConversation({ ...message, ts: tsAt(99_999) })).toBe(false);
  expect(beginsConversation({ ...message, ts: tsAt(99_999), conversation: { ...id, thread: 'dm' } })).toBe(true);
});

describe('the order of a transcript', () => {
  const question = person(1, 'one?');
  const answer = assistant(9, 'one!', 1);
  const rest = assistant(10, 'and more', 1);
  const meanwhile = person(5, 'two?');
  const second = assistant(12, 'two!', 10);

  test('puts an answer after the turns that it read, before those that arrived while it was written', () => {
    expect(inOrder([meanwhile, second, rest, question, answer])).toEqual([question, answer, rest, meanwhile, second]);
  });

  test('puts an answer before the next message, however late it was posted', () => {
    expect(inOrder([person(2, 'b'), person(1, 'a'), assistant(100, 'A', 1)])).toEqual([
      person(1, 'a'),
      assistant(100, 'A', 1),
      person(2, 'b'),
    ]);
  });

  test('puts an answer after the turns that it read, even if it was posted before them', () => {
    expect(inOrder([assistant(2, 'both!', 3), person(3, 'two?'), person(1, 'one?')])).toEqual([
      person(1, 'one?'),
      person(3, 'two?'),
      assistant(2, 'both!', 3),
    ]);
  });

  test('does not change its argument', () => {
    const turns = [answer, question];
    inOrder(turns);
    expect(turns).toEqual([answer, question]);
  });

  test('does not depend on the order of the input', () => {
    const turn = fc.oneof(
      fc.nat(50).map((at): Turn => person(at, 'p')),
      fc.tuple(fc.nat(50), fc.nat(50)).map(([at, after]): Turn => assistant(at + 100, 'a', after)),
    );
    const turns = fc.uniqueArray(turn, { selector: ({ ts }) => ts, maxLength: 20 });
    fc.assert(
      fc.property(
        turns.chain((some) => fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length }))),
        ([some, shuffled]) => {
          expect(inOrder(shuffled)).toEqual(inOrder(some));
        },
      ),
    );
  });
});
