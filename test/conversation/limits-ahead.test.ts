import { beforeEach, expect, test } from '@jest/globals';
import { limitsAhead, type LimitsAhead } from '../../src/conversation/limits-ahead.js';
import { questionName } from '../../src/conversation/rate-limit.js';
import { keyOf } from '../../src/core/conversation-id.js';
import type { IncomingMessage } from '../../src/core/incoming-message.js';
import type { LimitReached, Limits } from '../../src/core/ports.js';
import { memoryLimits } from '../../src/in-memory/limits.js';
import { FakeClock } from '../support/clock.js';
import { ANN, BEN, tsAt } from '../support/turns.js';

const conversation = { team: 'T1', channel: 'C1', thread: tsAt(0) };
const key = keyOf(conversation);
const message: IncomingMessage = { conversation, ts: tsAt(0), author: ANN, text: 'hi', addressed: 'bot' };
const question = questionName(key, tsAt(0));
const reached: LimitReached = { owner: 'person', waitMs: 10, notify: [ANN] };

let taken: unknown[][];
let answer: () => Promise<LimitReached | undefined>;
let clock: FakeClock;
let ahead: LimitsAhead;
const start = (perWorkspace = 0): void => {
  const limits: Limits = {
    async take(...call) {
      taken.push(call);
      return answer();
    },
  };
  ahead = limitsAhead(limits, { perPerson: 1, perWorkspace, windowMs: 1_000 }, clock);
};
beforeEach(() => {
  taken = [];
  answer = async () => undefined;
  clock = new FakeClock();
  start();
});

test('a question that begins a conversation is counted when its process begins to answer, and once', async () => {
  ahead.begins(message);
  expect(taken).toEqual([]);
  ahead.answering(key);
  ahead.answering(key);
  expect(taken).toEqual([['T1', [ANN], question, true]]);
  expect(await ahead.limits.take('T1', [ANN], question)).toBeUndefined();
  expect(taken).toHaveLength(1);
  // A later run asks again.
  answer = async () => reached;
  expect(await ahead.limits.take('T1', [ANN], question)).toBe(reached);
  expect(taken).toHaveLength(2);
});

test('who has to wait is told by the run that finds it out, also when what was found out ahead is forgotten', async () => {
  const settings = { perPerson: 1, perWorkspace: 0, windowMs: 60_000 };
  ahead = limitsAhead(memoryLimits(settings), settings, clock);
  await ahead.limits.take('T1', [ANN], 'an earlier one');
  ahead.begins(message);
  ahead.answering(key);
  await clock.advance(5_001);
  expect((await ahead.limits.take('T1', [ANN], question))?.notify).toEqual([ANN]);
});

test('who only names the bot, and is greeted, is not counted', () => {
  ahead.begins({ ...message, text: '' });
  ahead.answering(key);
  expect(taken).toEqual([]);
});

test.each([
  ['it was edited', ANN, questionName(key, tsAt(0), 1)],
  ['somebody else asks', BEN, question],
  ['another one is older', ANN, questionName(key, tsAt(1))],
])('another question is counted separately: %s', async (_, person, other) => {
  ahead.begins(message);
  ahead.answering(key);
  await ahead.limits.take('T1', [person], other);
  expect(taken.slice(1)).toEqual([['T1', [person], other]]);
});

test('two people who ask are counted together', async () => {
  ahead.begins(message);
  ahead.answering(key);
  await ahead.limits.take('T1', [ANN, BEN], question);
  expect(taken.slice(1)).toEqual([['T1', [ANN, BEN], question]]);
});

test('what was found out five seconds ago is asked again', async () => {
  ahead.begins(message);
  ahead.answering(key);
  await clock.advance(5_001);
  await ahead.limits.take('T1', [ANN], question);
  expect(taken).toHaveLength(2);
});

test('a failure is that of the answer', async () => {
  answer = async () => Promise.reject(new Error('Redis is away'));
  ahead.begins(message);
  ahead.answering(key);
  await expect(ahead.limits.take('T1', [ANN], question)).rejects.toThrow('Redis is away');
});

test('where the workspace has a limit, nothing is counted before it is certain', async () => {
  start(5);
  ahead.begins(message);
  ahead.answering(key);
  expect(taken).toEqual([]);
});
