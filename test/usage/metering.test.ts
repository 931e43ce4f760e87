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
/** The fake clock starts on 1 January 2026. */
const TOMORROW = Date.UTC(2026, 0, 2);

const text = (words: string) => ({ type: 'text' as const, text: words });
const messages: PromptMessage[] = [{ role: 'user', content: 'x'.repeat(30) }];
/** By the bot's own count. */
const OWN_COUNT = 20;
/** With a tenth more, and 50 for what a model's template adds. */
const ESTIMATED = 72;

/** A cent per token, cached or not. */
class PricedModel extends ScriptedModel {
  costOf({ promptTokens, completionTokens }: Usage): number {
    return (promptTokens + completionTokens) / 100;
  }
}

/** The end of a call that cost `cents` in total. */
function doneCosting(cents: number): CompletionEvent {
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

  /** Events of a call in a new thread. */
  events(more: Partial<MeteredRequest> = {}): AsyncIterable<CompletionEvent> {
    this.threads += 1;
    const conversation: Conversation = {
      id: { team: 'T1', channel: 'C1', thread: tsAt(this.threads) },
      turns: [],
      pending: [],
      backlogRead: true,
    };
    return this.ask({
      messages,
      promptTokens: () => OWN_COUNT,
      conversation,
      purpose: 'answer',
      people: [ANN],
      run: 'run-1',
      signal: this.stopping.signal,
      ...more,
    });
  }

  /** Runs a whole call. Rejects with its error. */
  async asks(more: Partial<MeteredRequest> = {}): Promise<CompletionEvent[]> {
    const collected: CompletionEvent[] = [];
    for await (const event of this.events(more)) collected.push(event);
    return collected;
  }

  async spent(id = 'T1', period = '2026-01'): Promise<Partial<OwnerUsage> | undefined> {
    return (await this.ledger.totals('T1', period)).find((total) => total.id === id);
  }

  get told(): [string, string][] {
    return this.notes.told.map(({ person, note }) => [person, note.sentence]);
  }
}

describe('a model call', () => {
  test('is passed on unchanged, and counted with the usage that the service reports', async () => {
    const bench = new Bench(new ScriptedModel([text('One'), { type: 'thinking', text: 'Hm.' }, doneCosting(5)]));
    expect(await bench.asks()).toEqual([text('One'), { type: 'thinking', text: 'Hm.' }, doneCosting(5)]);
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

  test('names its asker to the service, the newest of several, and a summary nobody', async () => {
    const bench = new Bench(
      new ScriptedModel([text('One'), doneCosting(5)]),
      {},
      { pseudonymOf: (team, person) => `${person} of ${team}` },
    );
    await bench.asks({ people: [BEN, ANN] });
    await bench.asks({ people: [BEN], purpose: 'summary' });
    expect(bench.model.requests.map(({ asker }) => asker)).toEqual([`${BEN} of T1`, undefined]);
  });

  test('names nobody without pseudonyms', async () => {
    const bench = new Bench(new ScriptedModel([text('One'), doneCosting(5)]));
    await bench.asks();
    expect(bench.model.requests[0]).not.toHaveProperty('asker');
  });

  test('gets a price if the service reports only tokens', async () => {
    const bench = new Bench(
      new PricedModel([
        text('One'),
        { type: 'done', finishReason: 'stop', usage: { promptTokens: 4, cachedTokens: 0, completionTokens: 1 } },
      ]),
    );
    expect(await bench.asks()).toEqual([text('One'), doneCosting(5)]);
    expect(await bench.spent()).toMatchObject({ costNanos: 50_000_000, unpriced: 0 });
  });

  test('is counted every time, also within one run', async () => {
    const bench = new Bench(new ScriptedModel([text('One'), doneCosting(5)]));
    for (let count = 0; count < 3; count += 1) await bench.asks();
    await bench.asks({ purpose: 'summary', run: 'run-2' });
    expect(await bench.spent()).toMatchObject({ calls: 4, costNanos: 200_000_000 });
  });

  test('counts for the day on which it started', async () => {
    const bench = new Bench(new ScriptedModel([text('One'), () => bench.clock.advance(25 * HOUR_MS), doneCosting(5)]));
    await bench.asks();
    expect(await bench.spent('T1', '2026-01-01')).toMatchObject({ calls: 1 });
    expect(await bench.spent('T1', '2026-01-02')).toBeUndefined();
  });

  test('is counted even if its reader throws after the last event', async () => {
    const bench = new Bench(new ScriptedModel([text(' '), doneCosting(5)]));
    const reading = async (): Promise<void> => {
      for await (const event of bench.events()) if (event.type === 'done') throw new Error('an empty answer');
    };
    await expect(reading()).rejects.toThrow('an empty answer');
    expect(await bench.spent()).toMatchObject({ calls: 1, costNanos: 50_000_000 });
  });

  test('that fails midway is counted by what was sent and written', async () => {
    const bench = new Bench(new PricedModel([text('y'.repeat(9)), new ModelError('unavailable', 'gone')]));
    await expect(bench.asks()).rejects.toThrow('gone');
    expect(await bench.spent()).toMatchObject({
      calls: 1,
      promptTokens: ESTIMATED,
      completionTokens: 3,
      costNanos: (ESTIMATED + 3) * 10_000_000,
      unpriced: 0,
    });
  });

  test('that its reader stops midway is counted by what was sent and written', async () => {
    const bench = new Bench(new PricedModel([text('y'.repeat(9)), text('z')]));
    for await (const event of bench.events()) if (event.type === 'text') break;
    expect(await bench.spent()).toMatchObject({ calls: 1, promptTokens: ESTIMATED, completionTokens: 3 });
  });

  test('that is aborted before its first event is counted by what was sent', async () => {
    const bench = new Bench(new PricedModel([() => bench.stopping.abort(new Error('edited')), text('y')]));
    await expect(bench.asks()).rejects.toThrow('edited');
    expect(await bench.spent()).toMatchObject({ calls: 1, promptTokens: ESTIMATED, completionTokens: 0 });
  });

  test('whose stream restarted is counted with the lost part', async () => {
    const bench = new Bench(new PricedModel([text('y'.repeat(9)), { type: 'restart' }, text('z'), doneCosting(5)]));
    await bench.asks();
    expect(await bench.spent()).toMatchObject({
      calls: 1,
      promptTokens: ESTIMATED + 4,
      completionTokens: 4,
      costNanos: (ESTIMATED + 3 + 5) * 10_000_000,
    });
  });

  test('that ends in an error is counted with the usage that the service reports', async () => {
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

  test('without reported usage is counted by what was sent and written', async () => {
    const bench = new Bench(new ScriptedModel([text('y'.repeat(9)), done()]));
    await bench.asks();
    expect(await bench.spent()).toMatchObject({
      calls: 1,
      promptTokens: ESTIMATED,
      completionTokens: 3,
      costNanos: 0,
      unpriced: 1,
    });
  });

  test('that the service refuses is not counted', async () => {
    const bench = new Bench(new PricedModel([new ModelError('bad_key', 'no')]), { person: 0.1 });
    await expect(bench.asks()).rejects.toThrow('no');
    await expect(bench.asks()).rejects.toThrow('no');
    expect(await bench.spent()).toBeUndefined();
  });

  /** A bench whose ledger fails the first `failures` calls of `settle`. */
  function failing(
    failures: number,
    model = new ScriptedModel([text('One'), doneCosting(5)]),
  ): Bench & { attempts: () => number } {
    let attempts = 0;
    const bench: Bench = new Bench(
      model,
      {},
      {
        ledger: {
          reserve: async ({ people: [person = ''] }) => ({ outcome: 'granted', person }),
          settle: async (...args) => {
            attempts += 1;
            if (attempts <= failures) throw new Error('Redis is away');
            return bench.ledger.settle(...args);
          },
          totals: async () => [],
          recent: async () => [],
          forgetRecent: async () => {},
          workspaces: async () => [],
        },
      },
    );
    return Object.assign(bench, { attempts: () => attempts });
  }

  async function passRetries({ clock }: Bench, times: number): Promise<void> {
    for (let count = 0; count < times; count += 1) {
      await clock.untilSleeping();
      await clock.advance(1_000);
    }
  }

  test('is counted once the ledger is back', async () => {
    const bench = failing(3);
    await bench.asks();
    expect(bench.attempts()).toBe(1);
    await passRetries(bench, 3);
    expect(await bench.spent()).toMatchObject({ calls: 1 });
  });

  test('is answered even if it cannot be counted; the log has its usage', async () => {
    const bench = failing(1_000);
    expect(await bench.asks()).toHaveLength(2);
    await passRetries(bench, 29);
    expect(bench.log.lines.at(-1)).toMatchObject({
      level: 'error',
      facts: { person: ANN, usage: { promptTokens: 4 } },
    });
  });

  test('that the service refuses is not retried when the ledger fails', async () => {
    const bench = failing(1_000, new ScriptedModel([new ModelError('bad_key', 'no')]));
    await expect(bench.asks()).rejects.toThrow('no');
    expect(bench.attempts()).toBe(1);
  });

  test('does not keep a stopping process alive', async () => {
    const bench = failing(1_000);
    bench.model.complete = async function* complete() {
      yield text('One');
      bench.stopping.abort(new Error('stopping'));
      throw new Error('stopping');
    };
    await expect(bench.asks()).rejects.toThrow('stopping');
    expect(bench.attempts()).toBe(1);
  });
});

describe('a budget', () => {
  test('that is used up is an error, and the model is not asked', async () => {
    const bench = new Bench(new PricedModel([text('One'), doneCosting(100)]), { person: 1 });
    await bench.asks();
    await expect(bench.asks()).rejects.toEqual(new BudgetReachedError('person', TOMORROW));
    expect(bench.model.requests).toHaveLength(1);
    await bench.clock.advance(24 * HOUR_MS);
    await bench.asks();
    expect(bench.model.requests).toHaveLength(2);
  });

  test('of a workspace renews in the next month', async () => {
    const bench = new Bench(new PricedModel([text('One'), doneCosting(100)]), { workspace: 1 });
    await bench.asks();
    await expect(bench.asks()).rejects.toEqual(new BudgetReachedError('workspace', Date.UTC(2026, 1, 1)));
  });

  test('of one asker may be used up if another asker has some left and is billed', async () => {
    const bench = new Bench(new PricedModel([text('One'), doneCosting(100)]), { person: 1 });
    await bench.asks({ people: [ANN, BEN, ANN] });
    expect(await bench.spent(ANN)).toMatchObject({ calls: 1 });
    await bench.asks({ people: [ANN, BEN, ANN] });
    expect(await bench.spent(BEN)).toMatchObject({ calls: 1 });
    await expect(bench.asks({ people: [ANN, BEN, ANN] })).rejects.toBeInstanceOf(BudgetReachedError);
  });

  test('is waited for while running calls hold the rest of it', async () => {
    const first = { ends: () => {} };
    const ended = new Promise<void>((resolve) => {
      first.ends = resolve;
    });
    const bench = new Bench(
      new PricedModel([text('One'), () => ended, doneCosting(5)], [text('Two'), doneCosting(5)]),
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

  test('is waited for only for a few seconds', async () => {
    const held = new Gate();
    const bench = new Bench(
      new PricedModel([() => held.opened, doneCosting(100)], [doneCosting(1)]),
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

  test('reserves the cost of the prompt and the longest answer, or of one page if there is no limit', async () => {
    for (const [maxOutputTokens, nanos] of [
      [7, (ESTIMATED + 7) * 10_000_000],
      [undefined, (ESTIMATED + 1_000) * 10_000_000],
    ] as const) {
      const reserved: number[] = [];
      const bench: Bench = new Bench(
        new PricedModel([text('One'), doneCosting(5)]),
        { person: 1 },
        {
          ...(maxOutputTokens !== undefined && { maxOutputTokens }),
          ledger: {
            reserve: async (call, amount) => {
              reserved.push(amount);
              return { outcome: 'granted', person: call.people[0] ?? '' };
            },
            settle: async () => [],
            totals: async () => [],
            recent: async () => [],
            forgetRecent: async () => {},
            workspaces: async () => [],
          },
        },
      );
      await bench.asks();
      expect(reserved).toEqual([nanos]);
    }
  });

  test('depends on the tokens of the prompt, not on its bytes', async () => {
    const asked = [
      { content: 'x', promptTokens: 1_000 },
      { content: 'é'.repeat(9_000), promptTokens: 1_000 },
    ];
    for (const { content, promptTokens: own } of asked) {
      const bench = new Bench(new PricedModel([new ModelError('unavailable', 'gone')]), { person: 20 });
      const { ledger } = bench;
      const real = memoryLedger({ person: 20 }, bench.clock);
      const reserved: number[] = [];
      ledger.reserve = async (call, nanos) => {
        reserved.push(nanos);
        return real.reserve(call, nanos);
      };
      await expect(bench.asks({ messages: [{ role: 'user', content }], promptTokens: () => own })).rejects.toThrow(
        'gone',
      );
      expect(reserved).toEqual([(1_000 + 100 + 50 + 1_000) * 10_000_000]);
    }
  });

  test('that is waited for does not keep a stopping process alive', async () => {
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
  ])('of a %s needs a model with a known price: otherwise the start fails', (owner, setting) => {
    expect(() => new Bench(new ScriptedModel('One'), { [owner]: 1 })).toThrow(
      `${setting} is set, but the price of the model scripted is unknown`,
    );
  });
});

describe('near the end of a budget', () => {
  test('the person is told once', async () => {
    const bench = new Bench(new PricedModel([text('One'), doneCosting(79)], [text('Two'), doneCosting(2)]), {
      person: 1,
    });
    await bench.asks();
    expect(bench.told).toEqual([]);
    await bench.asks();
    await bench.asks();
    expect(bench.told).toEqual([[ANN, nearBudgetNote('person', 0.81, 1, TOMORROW).sentence]]);
  });

  test('the billed person is told about the channel and the workspace', async () => {
    const bench = new Bench(new PricedModel([text('One'), doneCosting(85)]), { channel: 1, workspace: 1 });
    await bench.asks({ people: [BEN] });
    expect(bench.told).toEqual([
      [BEN, nearBudgetNote('channel', 0.85, 1, TOMORROW).sentence],
      [BEN, nearBudgetNote('workspace', 0.85, 1, Date.UTC(2026, 1, 1)).sentence],
    ]);
  });
});

test('the notices say what is used up, until when, and what to do', () => {
  expect(budgetUsedUp('person', TOMORROW)).toMatch(
    /reached today's budget for my answers\. I can answer again from 2 January, 00:00 UTC.*`BUDGET_USER_DAILY_USD`/,
  );
  expect(budgetUsedUp('channel', TOMORROW)).toMatch(
    /Today's budget for my answers here is used up.*`BUDGET_CHANNEL_DAILY_USD`/,
  );
  expect(budgetUsedUp('workspace', Date.UTC(2026, 1, 1))).toMatch(
    /This month's budget for my answers in this workspace is used up\. I can answer again from 1 February, 00:00 UTC.*`BUDGET_WORKSPACE_MONTHLY_USD`/,
  );
  expect(nearBudgetNote('person', 0.814, 1, TOMORROW).sentence).toMatch(
    /My answers to you have used \$0\.81 of today's budget of \$1\.00\. .* from 2 January, 00:00 UTC\./,
  );
  expect(nearBudgetNote('workspace', 81, 100, TOMORROW).sentence).toMatch(/this month/);
});
