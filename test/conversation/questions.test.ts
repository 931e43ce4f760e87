import { expect, test } from '@jest/globals';
import { keeps } from '../../src/conversation/questions.js';
import { assistant, conversation, person, segmentOf, tsAt } from '../support/turns.js';

const QUESTION = person(0, 'One?');
const reply = { after: tsAt(0), messages: [tsAt(5)], opening: false };

test("a message is a conversation's as a turn, in a reply that is being written, or under a summary", () => {
  expect(keeps(conversation([QUESTION, assistant(5, 'One.', 0)]), tsAt(5))).toBe(true);
  expect(keeps({ ...conversation([QUESTION]), redo: [assistant(5, 'One.', 0)] }, tsAt(5))).toBe(true);
  expect(keeps({ ...conversation([QUESTION]), reply }, tsAt(5))).toBe(true);
  expect(keeps({ ...conversation([QUESTION]), segments: [segmentOf([person(9, 'Nine?')], 'So far')] }, tsAt(5))).toBe(
    true,
  );
  expect(keeps({ ...conversation([QUESTION]), reply }, tsAt(6))).toBe(false);
});

test('whether it is cannot be told while a reply is being opened, or where nothing is stored', () => {
  expect(keeps({ ...conversation([QUESTION]), reply: { ...reply, opening: true } }, tsAt(6))).toBeUndefined();
  expect(keeps(undefined, tsAt(6))).toBeUndefined();
});
