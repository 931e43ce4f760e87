import { expect, test } from '@jest/globals';
import type { Observation } from '../../src/core/observation.js';
import { Journal } from '../../src/playground/journal.js';

const KEY = 'T1:C1:1766458026.240809';
const TS = '1766458026.240809';
const prompted = (content = 'hello'): Observation => ({
  type: 'prompted',
  model: 'some-model',
  messages: [{ role: 'user', content }],
  budgetTokens: 1_000,
  leftOut: { oldest: 0, shortened: 0, notices: 0 },
  answers: [TS],
});

function journalOf(...noted: [number, Observation][]): Journal {
  const journal = new Journal();
  for (const [at, observation] of noted) journal.note(KEY, at, observation);
  return journal;
}

test('records when a message first arrived, and how often', () => {
  const { received } =
    journalOf([100, { type: 'received', ts: TS }], [5_000, { type: 'received', ts: TS }]).of(KEY) ?? {};
  expect(received?.get(TS)).toMatchObject({ at: 100, deliveries: 2 });
});

test('follows an answer from prompt to end', () => {
  const journal = journalOf([1, prompted()]);
  expect(journal.of(KEY)?.answer).toEqual({ state: 'waiting', restarts: 0 });
  journal.note(KEY, 2, { type: 'first_text' });
  expect(journal.of(KEY)?.answer).toMatchObject({ state: 'writing', firstTextAt: 2 });
  journal.note(KEY, 3, { type: 'restarted' });
  journal.note(KEY, 4, { type: 'first_text' });
  expect(journal.of(KEY)?.answer).toMatchObject({ restarts: 1, firstTextAt: 2 });
  journal.note(KEY, 5, { type: 'completed', finishReason: 'stop' });
  journal.note(KEY, 6, { type: 'settled', answered: [TS] });
  expect(journal.of(KEY)?.answer).toEqual({
    state: 'done',
    restarts: 1,
    firstTextAt: 2,
    completedAt: 5,
    finishReason: 'stop',
  });
  expect(journal.of(KEY)?.answered).toEqual(new Set([TS]));
});

test('records until when a rate limit delays the conversation, up to the next prompt', () => {
  const journal = journalOf([1_000, { type: 'rate_limited', owner: 'person', ms: 500 }]);
  expect(journal.of(KEY)?.rateLimitedUntil).toBe(1_500);
  journal.note(KEY, 1_200, { type: 'rate_limited', owner: 'person', ms: 400 });
  expect(journal.of(KEY)?.rateLimitedUntil).toBe(1_600);
  journal.note(KEY, 1_600, prompted());
  expect(journal.of(KEY)?.rateLimitedUntil).toBeUndefined();
});

test('records edits made after the prompt, until a new prompt is sent', () => {
  const edited: Observation = { type: 'edited', ts: TS };
  const journal = journalOf([1, { type: 'received', ts: TS }], [2, edited]);
  const editedSince = (): string[] => [...(journal.of(KEY)?.editedSince ?? [])];
  expect(editedSince()).toEqual([]);
  journal.note(KEY, 3, prompted());
  journal.note(KEY, 4, edited);
  expect(editedSince()).toEqual([TS]);
  journal.note(KEY, 5, prompted());
  expect(editedSince()).toEqual([]);
  journal.note(KEY, 6, { type: 'settled', answered: [TS] });
  journal.note(KEY, 7, { ...prompted(), answers: [] } as Observation);
  expect(editedSince()).toEqual([]);
  journal.note(KEY, 8, edited);
  expect(editedSince()).toEqual([TS]);
});

test('keeps the previous prompt for comparison', () => {
  const { prompt, previous } = journalOf([1, prompted('one')], [2, prompted('two')]).of(KEY) ?? {};
  expect(prompt).toMatchObject({ at: 2, messages: [{ content: 'two' }] });
  expect(previous).toEqual([{ role: 'user', content: 'one' }]);
});

test('marks only unfinished answers as interrupted when the process is gone', () => {
  const journal = journalOf([1, prompted()], [2, { type: 'first_text' }]);
  journal.note('T1:C1:1766458027.000001', 1, prompted());
  journal.note('T1:C1:1766458027.000001', 2, { type: 'failed', problem: 'it is away' });
  journal.interrupted();
  expect(journal.of(KEY)?.answer?.state).toBe('interrupted');
  expect(journal.of('T1:C1:1766458027.000001')?.answer).toMatchObject({ state: 'failed', problem: 'it is away' });
});

test('calls a listener after each note until it unsubscribes', () => {
  const journal = new Journal();
  const heard: string[] = [];
  const unsubscribe = journal.onNote((key) => heard.push(key));
  journal.note(KEY, 1, prompted());
  unsubscribe();
  journal.note(KEY, 2, { type: 'first_text' });
  expect(heard).toEqual([KEY]);
});
