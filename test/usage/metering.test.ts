import { describe, expect, test } from '@jest/globals';
import type { Conversation } from '../../src/core/conversation.js';
import { BudgetBusyError, BudgetReachedError, ModelError } from '../../src/core/errors.js';
import type { CompletionEvent, OwnerUsage, PromptMessage, Usage, UsageLedger } from '../../src/core/ports.js';
import type { BudgetSettings } from '../../src/core/settings.js';
import { memoryLedger } from '../../src/in-memory/ledger.js';
import { english, nearBudgetNote, budgetUsedUp } from '../../src/messages/english.js';
import { type MeterOptions, type MeteredRequest, meter } from '../../src/usage/metering.js';
import { FakeClock } from '../support/clock.js';
import { done, RecordingLogger, FakeEphemeral, ScriptedModel } from '../support/doubles.js';
import { Gate } from '../support/gate.js';
import { ANN, BEN, tsAt } from '../support/turns.js';

const HOUR_MS = 3_600_000;
/** The clock begins with the year. */
const TOMORROW = Date.UTC(2026, 0, 2);

const text = (words: string) => ({ type: 'text' as const, text: words });
/** Of 30 bytes. */
const messages: PromptMessage[] = [{ role: 'user', content: 'x'.repeat(30) }];

/** A cent for each token, the cached ones too. */
class PricedModel extends ScriptedModel {
  costOf({ promptTokens, completionTokens }: Usage): number {
    return (promptTokens + completionTokens) / 100;
  }
}

/** `cents` in all. */
function took(cents: number): CompletionEvent {
  return {
    type: 'done',
    finishReason: 'stop',
    usage: { promptTokens: cents - 1, cachedTokens: 0, completionTokens: 1, costUsd: cents / 100 },
  };
}

class Bench {
  readonly clock = new FakeClock();
  readonly notes = new FakeEphemeral();
  readonly log = new RecordingLogger();
  readonly ledger: UsageLedger;
  readonly stopping = new AbortController();
  private readonly ask: ReturnType<typeof meter>;
  private threads = 0;

  constructor(
    readonly model: ScriptedModel,
    budgets: BudgetSettings = {},
    more: Partial<MeterOptions> = {},
  ) {
    this.ledger = memoryLedger(budgets, this.clock);
    this.ask = meter({
      model,
      budgets,
      ledger: this.ledger,
      ephemeral: this.notes,
      botMessages: english,
      clock: this.clock,
      logger: this.log,
      stopping: this.stopping.signal,
      ...more,
    });
  }

  /** In a thread of its own. */
  asking(more: Partial<MeteredRequest> = {}): AsyncIterable<CompletionEvent> {
    this.threads += 1;
    const conversation: Conversation = {
      id: { team: 'T1', channel: 'C1', thread: tsAt(this.threads) },
      turns: [],
      pending: [],
      backlogRead: true,
    };
    return this.ask({
      messages,
      conversation,
      purpose: 'answer',
      people: [ANN],
      run: 'run-1',
      signal: this.stopping.signal,
      ...more,
    });
  }

  /** All of it; what it throws. */
  async asks(more: Partial<MeteredRequest> = {}): Promise<CompletionEvent[]> {
    const events: CompletionEvent[] = [];
    for await (const event of this.asking(more)) events.push(event);
    return events;
  }

  async spent(id = 'T1', period = '2026-01'): Promise<Partial<OwnerUsage> | undefined> {
    return (await this.ledger.totals('T1', period)).find((total) => total.id === id);
  }

  get told(): [string, string][] {
    return this.notes.told.map(({ person, note }) => [person, note.sentence]);
  }
}

describe('a call of the model', () => {
  test('is passed on as it is, and counted as the service counted it', async () => {
    const bench = new Bench(new ScriptedModel([text('One'), { type: 'thinking', text: 'Hm.' }, took(5)]));
    expect(await bench.asks()).toEqual([text('One'), { type: 'thinking', text: 'Hm.' }, took(5)]);
    expect(bench.model.requests).toMatchObject([
      { messages, conversation: `T1:C1:${tsAt(1)}`, signal: bench.stopping.signal },
    ]);
    for (const id of [ANN, 'C1', 'T1'])
      expect(await bench.spent(id)).toMatchObject({
        calls: 1,
        promptTokens: 4,
        completionTokens: 1,
        costNanos: 50_000_000,
      });
  });

  test('is told with its price, where the service counts tokens alone', async () => {
    const bench = new Bench(
      new PricedModel([
        text('One'),
        { type: 'done', finishReason: 'stop', usage: { promptTokens: 4, cachedTokens: 0, completionTokens: 1 } },
      ]),
    );
    expect(await bench.asks()).toEqual([text('One'), took(5)]);
    expect(await bench.spent()).toMatchObject({ costNanos: 50_000_000, unpriced: 0 });
  });

  test('is counted each time, in the same run as well', async () => {
    const bench = new Bench(new ScriptedModel([text('One'), took(5)]));
    for (let count = 0; count < 3; count += 1) await bench.asks();
    await bench.asks({ purpose: 'summary', run: 'run-2' });
    expect(await bench.spent()).toMatchObject({ calls: 4, costNanos: 200_000_000 });
  });

  test('is counted to the day on which it was begun', async () => {
    const bench = new Bench(new ScriptedModel([text('One'), () => bench.clock.advance(25 * HOUR_MS), took(5)]));
    await bench.asks();
    expect(await bench.spent('T1', '2026-01-01')).toMatchObject({ calls: 1 });
    expect(await bench.spent('T1', '2026-01-02')).toBeUndefined();
  });

  test('is counted though whoever reads it breaks off behind the last word', async () => {
    const bench = new Bench(new ScriptedModel([text(' '), took(5)]));
    const reading = async (): Promise<void> => {
      for await (const event of bench.asking()) if (event.type === 'done') throw new Error('an empty answer');
    };
    await expect(reading()).rejects.toThrow('an empty answer');
    expect(await bench.spent()).toMatchObject({ calls: 1, costNanos: 50_000_000 });
  });

  test('that breaks in the middle is counted by what was sent and written', async () => {
    const bench = new Bench(new PricedModel([text('y'.repeat(9)), new ModelError('unavailable', 'gone')]));
    await expect(bench.asks()).rejects.toThrow('gone');
    expect(await bench.spent()).toMatchObject({
      calls: 1,
      promptTokens: 10,
      completionTokens: 3,
      costNanos: 130_000_000,
      unpriced: 0,
    });
  });

  test('that is broken off in the middle as well', async () => {
    const bench = new Bench(new PricedModel([text('y'.repeat(9)), text('z')]));
    for await (const event of bench.asking()) if (event.type === 'text') break;
    expect(await bench.spent()).toMatchObject({ calls: 1, promptTokens: 10, completionTokens: 3 });
  });

  test('that is broken off before its first word is counted by what was sent', async () => {
    const bench = new Bench(new PricedModel([() => bench.stopping.abort(new Error('edited')), text('y')]));
    await expect(bench.asks()).rejects.toThrow('edited');
    expect(await bench.spent()).toMatchObject({ calls: 1, promptTokens: 10, completionTokens: 0 });
  });

  test('whose stream was begun again is counted with what was lost', async () => {
    const bench = new Bench(new PricedModel([text('y'.repeat(9)), { type: 'restart' }, text('z'), took(5)]));
    await bench.asks();
    expect(await bench.spent()).toMatchObject({
      calls: 1,
      promptTokens: 14,
      completionTokens: 4,
      costNanos: 180_000_000,
    });
  });

  test('that came to nothing is counted as the service counted it', async () => {
    const usage = { promptTokens: 6, cachedTokens: 0, completionTokens: 20 };
    const failure = new ModelError('empty', 'nothing', { usage });
    const bench = new Bench(
      new PricedModel([{ type: 'restart', usage }, { type: 'thinking', text: 'y'.repeat(9) }, failure]),
    );
    await expect(bench.asks()).rejects.toBe(failure);
    expect(await bench.spent()).toMatchObject({
      calls: 1,
      promptTokens: 12,
      completionTokens: 40,
      costNanos: 520_000_000,
    });
  });

  test('of which the service says nothing is counted by what was sent and written', async () => {
    const bench = new Bench(new ScriptedModel([text('y'.repeat(9)), done()]));
    await bench.asks();
    expect(await bench.spent()).toMatchObject({
      calls: 1,
      promptTokens: 10,
      completionTokens: 3,
      costNanos: 0,
      unpriced: 1,
    });
  });

  test('that never came about is not counted', async () => {
    const bench = new Bench(new PricedModel([new ModelError('bad_key', 'no')]), { person: 0.1 });
    await expect(bench.asks()).rejects.toThrow('no');
    await expect(bench.asks()).rejects.toThrow('no');
    expect(await bench.spent()).toBeUndefined();
  });

  /** A bench whose ledger cannot be reached for so many times. */
  function failing(
    failures: number,
    model = new ScriptedModel([text('One'), took(5)]),
  ): Bench & { tries: () => number } {
    let tries = 0;
    const bench: Bench = new Bench(
      model,
      {},
      {
        ledger: {
          reserve: async ({ people: [person = ''] }) => ({ outcome: 'granted', person }),
          settle: async (...args) => {
            tries += 1;
            if (tries <= failures) throw new Error('Redis is away');
            return bench.ledger.settle(...args);
          },
          totals: async () => [],
          workspaces: async () => [],
        },
      },
    );
    return Object.assign(bench, { tries: () => tries });
  }

  async function wait({ clock }: Bench, times: number): Promise<void> {
    for (let count = 0; count < times; count += 1) {
      await clock.untilSleeping();
      await clock.advance(1_000);
    }
  }

  test('is counted when the ledger is back', async () => {
    const bench = failing(3);
    await bench.asks();
    expect(bench.tries()).toBe(1);
    await wait(bench, 3);
    expect(await bench.spent()).toMatchObject({ calls: 1 });
  });

  test('is an answer all the same where it cannot be counted; the log says what it took', async () => {
    const bench = failing(1_000);
    expect(await bench.asks()).toHaveLength(2);
    await wait(bench, 29);
    expect(bench.log.lines.at(-1)).toMatchObject({
      level: 'error',
      facts: { person: ANN, usage: { promptTokens: 4 } },
    });
  });

  test('that never came about is not waited for where the ledger is away', async () => {
    const bench = failing(1_000, new ScriptedModel([new ModelError('bad_key', 'no')]));
    await expect(bench.asks()).rejects.toThrow('no');
    expect(bench.tries()).toBe(1);
  });

  test('does not keep a process that stops', async () => {
    const bench = failing(1_000);
    bench.model.complete = async function* complete() {
      yield text('One');
      bench.stopping.abort(new Error('stopping'));
      throw new Error('stopping');
    };
    await expect(bench.asks()).rejects.toThrow('stopping');
    expect(bench.tries()).toBe(1);
  });
});

describe('a budget', () => {
  test('that is used up is an error, and the model is not asked', async () => {
    const bench = new Bench(new PricedModel([text('One'), took(100)]), { person: 1 });
    await bench.asks();
    await expect(bench.asks()).rejects.toEqual(new BudgetReachedError('person', TOMORROW));
    expect(bench.model.requests).toHaveLength(1);
    await bench.clock.advance(24 * HOUR_MS);
    await bench.asks();
    expect(bench.model.requests).toHaveLength(2);
  });

  test('of a workspace is there again in the next month', async () => {
    const bench = new Bench(new PricedModel([text('One'), took(100)]), { workspace: 1 });
    await bench.asks();
    await expect(bench.asks()).rejects.toEqual(new BudgetReachedError('workspace', Date.UTC(2026, 1, 1)));
  });

  test('of one who asked is not needed while another one has something left: it is counted to them', async () => {
    const bench = new Bench(new PricedModel([text('One'), took(100)]), { person: 1 });
    await bench.asks({ people: [ANN, BEN, ANN] });
    expect(await bench.spent(ANN)).toMatchObject({ calls: 1 });
    await bench.asks({ people: [ANN, BEN, ANN] });
    expect(await bench.spent(BEN)).toMatchObject({ calls: 1 });
    await expect(bench.asks({ people: [ANN, BEN, ANN] })).rejects.toBeInstanceOf(BudgetReachedError);
  });

  test('is waited for while calls under way may leave something', async () => {
    const first = { ends: () => {} };
    const ended = new Promise<void>((resolve) => {
      first.ends = resolve;
    });
    const bench = new Bench(
      new PricedModel([text('One'), () => ended, took(5)], [text('Two'), took(5)]),
      { person: 0.2 },
      { maxOutputTokens: 10 },
    );
    const one = bench.asks();
    const two = bench.asks();
    await bench.clock.untilSleeping();
    await bench.clock.advance(1_000);
    expect(bench.model.requests).toHaveLength(1);
    first.ends();
    await one;
    await bench.clock.advance(1_000);
    await two;
    expect(await bench.spent()).toMatchObject({ calls: 2, costNanos: 100_000_000 });
  });

  test('is not waited for longer than a moment', async () => {
    const held = new Gate();
    const bench = new Bench(
      new PricedModel([() => held.opened, took(100)], [took(1)]),
      { person: 0.2 },
      { maxOutputTokens: 10 },
    );
    const [first, second] = [bench.asks(), bench.asks().catch((error: unknown) => error)];
    for (let seconds = 0; seconds < 4; seconds += 1) {
      await bench.clock.untilSleeping();
      await bench.clock.advance(1_000);
    }
    expect(await second).toBeInstanceOf(BudgetBusyError);
    held.open();
    await first;
  });

  test('sets aside what the prompt and the longest answer cost, or a page where there is no limit', async () => {
    for (const [maxOutputTokens, nanos] of [
      [7, 170_000_000],
      [undefined, 10_100_000_000],
    ] as const) {
      const aside: number[] = [];
      const bench: Bench = new Bench(
        new PricedModel([text('One'), took(5)]),
        { person: 1 },
        {
          ...(maxOutputTokens !== undefined && { maxOutputTokens }),
          ledger: {
            reserve: async (call, amount) => {
              aside.push(amount);
              return { outcome: 'granted', person: call.people[0] ?? '' };
            },
            settle: async () => [],
            totals: async () => [],
            workspaces: async () => [],
          },
        },
      );
      await bench.asks();
      expect(aside).toEqual([nanos]);
    }
  });

  test('that is waited for lets a stopping process go', async () => {
    const bench = new Bench(new PricedModel([text('One'), () => new Promise(() => {})]), { person: 0.01 });
    bench.asks().catch(() => {});
    const two = bench.asks();
    await bench.clock.untilSleeping();
    bench.stopping.abort(new Error('stopping'));
    await expect(two).rejects.toThrow('stopping');
  });

  test.each<[keyof BudgetSettings, string]>([
    ['person', 'BUDGET_USER_DAILY_USD'],
    ['channel', 'BUDGET_CHANNEL_DAILY_USD'],
    ['workspace', 'BUDGET_WORKSPACE_MONTHLY_USD'],
  ])('of a %s cannot be kept for a model without a price, which is said at the start', (owner, setting) => {
    expect(() => new Bench(new ScriptedModel('One'), { [owner]: 1 })).toThrow(
      `${setting} is set, but the price of the model scripted is not known`,
    );
  });
});

describe('near the end of a budget', () => {
  test('the person is told, once', async () => {
    const bench = new Bench(new PricedModel([text('One'), took(79)], [text('Two'), took(2)]), { person: 1 });
    await bench.asks();
    expect(bench.told).toEqual([]);
    await bench.asks();
    await bench.asks();
    expect(bench.told).toEqual([[ANN, nearBudgetNote('person', 0.81, 1, TOMORROW).sentence]]);
  });

  test("whoever's answer it was is told of the channel's and the workspace's", async () => {
    const bench = new Bench(new PricedModel([text('One'), took(85)]), { channel: 1, workspace: 1 });
    await bench.asks({ people: [BEN] });
    expect(bench.told).toEqual([
      [BEN, nearBudgetNote('channel', 0.85, 1, TOMORROW).sentence],
      [BEN, nearBudgetNote('workspace', 0.85, 1, Date.UTC(2026, 1, 1)).sentence],
    ]);
  });
});

test('what people read says what is used up, until when, and what can be done', () => {
  expect(budgetUsedUp('person', TOMORROW)).toMatch(
    /my answers to you may cost in a day is used up\. I can answer again from 2 January, 00:00 UTC.*`BUDGET_USER_DAILY_USD`/,
  );
  expect(budgetUsedUp('channel', TOMORROW)).toMatch(
    /my answers here may cost in a day is used up.*`BUDGET_CHANNEL_DAILY_USD`/,
  );
  expect(budgetUsedUp('workspace', Date.UTC(2026, 1, 1))).toMatch(
    /in this workspace may cost in a month is used up\. I can answer again from 1 February, 00:00 UTC.*`BUDGET_WORKSPACE_MONTHLY_USD`/,
  );
  expect(nearBudgetNote('person', 0.814, 1, TOMORROW).sentence).toMatch(
    /My answers to you have cost \$0\.81 of the \$1\.00 that they may cost today\. .* from 2 January, 00:00 UTC\./,
  );
  expect(nearBudgetNote('workspace', 81, 100, TOMORROW).sentence).toMatch(/this month/);
});
