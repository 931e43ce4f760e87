import { beforeEach, expect, test } from '@jest/globals';
import { BudgetReachedError, ModelError } from '../../src/core/errors.js';
import type { PictureMaker, Usage, UsageTotal } from '../../src/core/ports.js';
import type { BudgetSettings } from '../../src/core/settings.js';
import { memoryLedger } from '../../src/in-memory/ledger.js';
import { english } from '../../src/messages/english.js';
import { meteredPictures, type MeteredPictures } from '../../src/usage/pictures.js';
import { FakeClock } from '../support/clock.js';
import { FakeEphemeral, RecordingLogger } from '../support/doubles.js';
import { ANN, BEN, conversation } from '../support/turns.js';

const usage = (costUsd: number): Usage => ({ promptTokens: 9, cachedTokens: 0, completionTokens: 1, costUsd });
const picture = { format: 'png', bytes: Buffer.from('x') } as const;

let clock: FakeClock;
let ledger: ReturnType<typeof memoryLedger>;
let make: PictureMaker['make'];
let stop: AbortController;
beforeEach(() => {
  clock = new FakeClock();
  stop = new AbortController();
  make = async () => ({ picture, usage: usage(0.2) });
});

function made(budgets: BudgetSettings = {}, hasPrice = true): MeteredPictures {
  ledger = memoryLedger(budgets, clock);
  const estimate = (isChange: boolean): Usage => usage(isChange ? 0.5 : 0.3);
  const maker: PictureMaker = { name: 'painter', hasPrice, estimate, make: (...args) => make(...args) };
  return meteredPictures(maker, {
    ledger,
    budgets,
    ephemeral: new FakeEphemeral(),
    botMessages: english,
    clock,
    logger: new RecordingLogger(),
    stopping: new AbortController().signal,
  });
}
const ask = (by: MeteredPictures, from?: typeof picture): ReturnType<MeteredPictures> =>
  by({ description: 'a fox', from, conversation: conversation([]), people: [ANN, BEN], signal: stop.signal });
const spent = async (): Promise<Pick<UsageTotal, 'calls' | 'costNanos'> | undefined> => {
  const mine = (await ledger.totals('T1', '2026-01-01')).find(({ id }) => id === ANN);
  return mine && { calls: mine.calls, costNanos: mine.costNanos };
};

test('what the service says is counted to who asked', async () => {
  expect(await ask(made())).toEqual({ picture, usage: usage(0.2) });
  expect(await spent()).toEqual({ calls: 1, costNanos: 200_000_000 });
});

test('what the service does not say is counted as it was estimated', async () => {
  make = async () => ({ picture });
  await ask(made(), picture);
  expect(await spent()).toEqual({ calls: 1, costNanos: 500_000_000 });
});

test('what is broken off is counted, what is refused is not', async () => {
  make = () => Promise.reject(new ModelError('content_filter', 'no'));
  const by = made();
  await expect(ask(by)).rejects.toThrow('no');
  expect(await spent()).toBeUndefined();
  make = () => {
    stop.abort(new Error('stopped'));
    return Promise.reject(new Error('stopped'));
  };
  await expect(ask(by)).rejects.toThrow('stopped');
  expect(await spent()).toEqual({ calls: 1, costNanos: 300_000_000 });
});

test('what is paid and cannot be had is counted', async () => {
  make = () => Promise.reject(new ModelError('unavailable', 'broken', { usage: usage(0.2) }));
  const by = made();
  await expect(ask(by)).rejects.toThrow('broken');
  expect(await spent()).toEqual({ calls: 1, costNanos: 200_000_000 });
});

test('a budget that is used up stops it before it begins', async () => {
  const by = made({ channel: 0.2 });
  await ask(by);
  make = () => Promise.reject(new Error('asked'));
  await expect(ask(by)).rejects.toThrow(BudgetReachedError);
});

test('a budget needs a price', () => {
  expect(() => made({ person: 1 }, false)).toThrow('the price of the model painter is unknown');
});
