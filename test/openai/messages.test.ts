import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { type Content, textOf } from '../../src/core/content.js';
import type { PromptMessage } from '../../src/core/ports.js';
import { alternating } from '../../src/openai/messages.js';

const system = (content: Content): PromptMessage => ({ role: 'system', content });
const user = (content: Content): PromptMessage => ({ role: 'user', content });
const assistant = (content: Content): PromptMessage => ({ role: 'assistant', content });

test('a list that alternates is sent as it is', () => {
  const list = [system('Be brief.'), user('one?'), assistant('one!'), user('two?')];
  expect(alternating(list)).toEqual(list);
});

test('neighbours of one role are one message', () => {
  expect(alternating([system('a'), user('Ann: x'), user('Ben: y'), assistant('1'), assistant('2'), user('?')])).toEqual(
    [system('a'), user('Ann: x\n\nBen: y'), assistant('1\n\n2'), user('?')],
  );
});

test('a note is part of a user message, and leaves the system message as it was', () => {
  const list = [system('a'), system('The oldest are left out.'), user('hi'), assistant('1'), user('?')];
  expect(alternating(list).slice(0, 2)).toEqual([system('a'), user('(The oldest are left out.)\n\nhi')]);
});

test("a list that begins, or ends, with the bot's own message gets a user message there", () => {
  const list = alternating([system('a'), assistant('Welcome'), user('hi'), assistant('Hello')]);
  expect(list.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user', 'assistant', 'user']);
});

test('parts stay parts when they are joined', () => {
  const part = (text: string) => ({ type: 'text', text }) as const;
  expect(alternating([user('one'), user([part('two'), part('2')]), user('three')])).toEqual([
    user([part('one'), part('\n\ntwo'), part('2'), part('\n\nthree')]),
  ]);
});

describe('any list', () => {
  const role = fc.constantFrom<PromptMessage['role']>('system', 'user', 'assistant');
  const text = fc.oneof(fc.constantFrom('', ' ', 'hello'), fc.string());
  const content: fc.Arbitrary<Content> = fc.oneof(
    text,
    fc.array(text.map((one) => ({ type: 'text' as const, text: one }))),
  );
  const lists = fc.array(fc.record({ role, content }), { maxLength: 12 });

  test('comes out with one system message at most, first, then user and assistant in turn', () => {
    fc.assert(
      fc.property(lists, (list) => {
        const roles = alternating(list).map((message) => message.role);
        expect(roles.indexOf('system')).toBeLessThanOrEqual(0);
        const turns = roles.filter((one) => one !== 'system');
        expect(roles.length - turns.length).toBeLessThanOrEqual(1);
        expect(turns).toEqual(turns.map((_, at) => (at % 2 === 0 ? 'user' : 'assistant')));
        expect(turns.at(-1)).toBe('user');
      }),
    );
  });

  test('keeps every word, in order, and comes out the same a second time', () => {
    fc.assert(
      fc.property(lists, (list) => {
        const out = alternating(list);
        const words = list.map((message) => textOf(message.content).trim()).filter((one) => one !== '');
        const all = out.map((message) => textOf(message.content)).join('\n');
        let from = 0;
        for (const word of words) {
          const at = all.indexOf(word, from);
          expect(at).toBeGreaterThanOrEqual(from);
          from = at + word.length;
        }
        expect(alternating(out)).toEqual(out);
      }),
    );
  });
});
