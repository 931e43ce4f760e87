import { beforeEach, expect, test } from '@jest/globals';
import type { Conversation } from '../../src/core/conversation.js';
import { BudgetReachedError, ModelError } from '../../src/core/errors.js';
import type { Transcriber, Usage, UsageTotal } from '../../src/core/ports.js';
import type { BudgetSettings } from '../../src/core/settings.js';
import { memoryLedger } from '../../src/in-memory/ledger.js';
import { english } from '../../src/messages/english.js';
import { meteredTranscriber, type MeteredTranscriber } from '../../src/usage/transcripts.js';
import { FakeClock } from '../support/clock.js';
import { FakeEphemeral, RecordingLogger } from '../support/doubles.js';
import { ANN } from '../support/turns.js';

const CONVERSATION: Conversation = {
  id: { team: 'T1', channel: 'C1', thread: '1.1' },
  turns: [],
  pending: [],
  backlogRead: true,
};
const usage = (costUsd: number): Usage => ({ promptTokens: 9, cachedTokens: 0, completionTokens: 1, costUsd });
const MOST = usage(0.5);

let clock: FakeClock;
let ledger: ReturnType<typeof memoryLedger>;
let say: Transcriber['transcribe'];
let stop: AbortController;
beforeEach(() => {
  clock = new FakeClock();
  stop = new AbortController();
  say = async () => ({ text: 'Knit', usage: usage(0.2) });
});

function made(budgets: BudgetSettings = {}, hasPrice = true): MeteredTranscriber {
  ledger = memoryLedger(budgets, clock);
  const transcriber: Transcriber = {
    name: 'listener',
    maxBytes: 100,
    hasPrice,
    estimate: () => MOST,
    transcribe: (...args) => say(...args),
  };
  return meteredTranscriber(transcriber, {
    ledger,
    budgets,
    ephemeral: new FakeEphemeral(),
    botMessages: english,
    clock,
    logger: new RecordingLogger(),
    stopping: new AbortController().signal,
  });
}
const transcribe = (by: MeteredTranscriber, file = 'F1'): Promise<string> =>
  by.transcribe({
    bytes: Buffer.from('x'),
    sound: { kind: 'sound', format: 'mp3' },
    file,
    conversation: CONVERSATION,
    person: ANN,
    signal: stop.signal,
  });
const spent = async (): Promise<Pick<UsageTotal, 'calls' | 'costNanos'> | undefined> => {
  const mine = (await ledger.totals('T1', '2026-01-01')).find(({ id }) => id === ANN);
  return mine && { calls: mine.calls, costNanos: mine.costNanos };
};

test('what the service says is counted to who attached the file', async () => {
  expect(await transcribe(made())).toBe('Knit');
  expect(await spent()).toEqual({ calls: 1, costNanos: 200_000_000 });
});

test('what the service does not say is counted as it was estimated', async () => {
  say = async () => ({ text: 'Knit' });
  await transcribe(made());
  expect(await spent()).toEqual({ calls: 1, costNanos: 500_000_000 });
});

test('what is broken off is counted, what is refused is not', async () => {
  say = () => Promise.reject(new ModelError('bad_request', 'no'));
  const by = made();
  await expect(transcribe(by)).rejects.toThrow('no');
  expect(await spent()).toBeUndefined();
  say = () => {
    stop.abort(new Error('edited'));
    return Promise.reject(new Error('edited'));
  };
  await expect(transcribe(by)).rejects.toThrow('edited');
  expect(await spent()).toEqual({ calls: 1, costNanos: 500_000_000 });
});

test('a budget that is used up stops it before it begins', async () => {
  const by = made({ person: 0.2 });
  await transcribe(by);
  say = () => Promise.reject(new Error('asked'));
  await expect(transcribe(by)).rejects.toThrow(BudgetReachedError);
});

test('the cost of those under way is reserved, of several files in a conversation too', async () => {
  const by = made({ person: 0.4 });
  let finish: () => void = () => {};
  say = () => new Promise((resolve) => (finish = () => resolve({ text: 'Knit', usage: usage(0.1) })));
  const first = transcribe(by);
  const second = transcribe(by, 'F2');
  await clock.untilSleeping();
  finish();
  expect(await first).toBe('Knit');
  await clock.advance(1_000);
  finish();
  expect(await second).toBe('Knit');
  expect(await spent()).toEqual({ calls: 2, costNanos: 200_000_000 });
});

test('a budget needs a price', () => {
  expect(() => made({ person: 1 }, false)).toThrow('the price of the model listener is unknown');
});
