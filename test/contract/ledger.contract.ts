/** What `UsageLedger` promises, checked on every adapter alike. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { BudgetSettings } from '../../src/core/settings.js';
import type { ModelCall, OwnerUsage, Reservation, Usage, UsageLedger, UsageOwner } from '../../src/core/ports.js';
import { idOf } from '../../src/core/conversation-id.js';
import { until } from '../support/until.js';

export interface LedgerBench {
  ledger: UsageLedger;
  /** The same ledger seen from another process, where the adapter is for several. */
  other: UsageLedger;
  close(): Promise<void>;
}

const [ANN, BEN] = ['U0ANN', 'U0BEN'] as const;
const NOON = Date.UTC(2026, 10, 5, 12);
const DAY_MS = 86_400_000;
const CENT = 10_000_000;

let calls = 0;

/** A call of its own, in a thread of its own. */
function call(more: Partial<ModelCall> & { key?: string } = {}): ModelCall {
  const { key = `T1:C1:1766458000.${String((calls += 1)).padStart(6, '0')}`, ...rest } = more;
  return { id: `run:${(calls += 1)}`, conversation: idOf(key), purpose: 'answer', people: [ANN], at: NOON, ...rest };
}

function took(cents: number, more: Partial<Usage> = {}): Usage {
  return { promptTokens: 100, cachedTokens: 40, completionTokens: 10, costUsd: cents / 100, ...more };
}

const granted = (person: string = ANN): Reservation => ({ outcome: 'granted', person });
const refused = (owner: UsageOwner, outcome: 'used_up' | 'reserved' = 'used_up'): Reservation => ({ outcome, owner });

export function ledgerContract(
  name: string,
  make: (budgets: BudgetSettings, reservedMs?: number) => Promise<LedgerBench>,
): void {
  describe(`UsageLedger in ${name}`, () => {
    let bench: LedgerBench;
    afterEach(() => bench.close());

    async function ledger(budgets: BudgetSettings = {}, reservedMs?: number): Promise<UsageLedger> {
      bench = await make(budgets, reservedMs);
      return bench.ledger;
    }

    /** A call from its beginning to its end. */
    async function spend(cents: number, more: Parameters<typeof call>[0] = {}): Promise<UsageOwner[]> {
      const one = call(more);
      const near = await bench.ledger.settle(one, one.people[0] ?? '', took(cents));
      return near.map(({ owner }) => owner);
    }

    async function of(
      owner: UsageOwner,
      id: string,
      period = '2026-11-05',
      team = 'T1',
    ): Promise<OwnerUsage | undefined> {
      return (await bench.ledger.totals(team, period)).find((total) => total.owner === owner && total.id === id);
    }

    describe('what calls took', () => {
      test('is counted to the person, the channel and the workspace, by day and by month', async () => {
        const one = await ledger();
        await one.settle(call(), ANN, took(2));
        await one.settle(call({ at: NOON + DAY_MS }), ANN, took(3));
        const today = {
          calls: 1,
          promptTokens: 100,
          cachedTokens: 40,
          completionTokens: 10,
          costNanos: 2 * CENT,
          unpriced: 0,
        };
        const month = {
          calls: 2,
          promptTokens: 200,
          cachedTokens: 80,
          completionTokens: 20,
          costNanos: 5 * CENT,
          unpriced: 0,
        };
        for (const [owner, id] of [
          ['person', ANN],
          ['channel', 'C1'],
          ['workspace', 'T1'],
        ] as const) {
          expect(await of(owner, id)).toEqual({ owner, id, ...today });
          expect(await of(owner, id, '2026-11')).toEqual({ owner, id, ...month });
        }
        expect(await one.totals('T1', '2026-11-05')).toHaveLength(3);
      });

      test('adds up without a rest, however small it is', async () => {
        const one = await ledger();
        for (let count = 0; count < 10; count += 1)
          await one.settle(
            call({ people: [count % 2 === 0 ? ANN : BEN] }),
            count % 2 === 0 ? ANN : BEN,
            took(0.000_01),
          );
        const costs = (await one.totals('T1', '2026-11')).map(({ owner, id, costNanos }) => [owner, id, costNanos]);
        expect(costs).toEqual(
          expect.arrayContaining([
            ['person', ANN, 500],
            ['person', BEN, 500],
            ['channel', 'C1', 1_000],
            ['workspace', 'T1', 1_000],
          ]),
        );
      });

      test('is counted once, however often that is said, by whichever process', async () => {
        const one = await ledger();
        const two = call();
        await one.reserve(two, CENT);
        await Promise.all([one, bench.other, one, bench.other].map((each) => each.settle(two, ANN, took(2))));
        expect(await of('workspace', 'T1')).toMatchObject({ calls: 1, costNanos: 2 * CENT });
      });

      test('is counted for each call of a conversation: what was begun again was paid for again', async () => {
        const key = 'T1:C1:1766458000.000001';
        await ledger();
        await spend(2, { key });
        await spend(3, { key });
        expect(await of('person', ANN)).toMatchObject({ calls: 2, costNanos: 5 * CENT });
      });

      test('without a price is counted all the same, and marked', async () => {
        const one = await ledger();
        const { costUsd: _, ...tokens } = took(0);
        await one.settle(call(), ANN, tokens);
        await spend(1);
        expect(await of('person', ANN)).toMatchObject({ calls: 2, promptTokens: 200, costNanos: CENT, unpriced: 1 });
      });

      test('is whole numbers, whatever the service says', async () => {
        const one = await ledger();
        await one.settle(call(), ANN, {
          promptTokens: 1.5,
          cachedTokens: Number.NaN,
          completionTokens: -3,
          costUsd: 1e-10,
        });
        expect(await of('person', ANN)).toEqual({
          owner: 'person',
          id: ANN,
          calls: 1,
          promptTokens: 2,
          cachedTokens: 0,
          completionTokens: 0,
          costNanos: 0,
          unpriced: 0,
        });
      });

      test('is nothing where nothing is said of it', async () => {
        const one = await ledger({ person: 1 });
        const two = call();
        await one.reserve(two, CENT);
        expect(await one.settle(two, ANN)).toEqual([]);
        expect(await one.totals('T1', '2026-11-05')).toEqual([]);
      });

      test('is kept by workspace, and it is known which there are', async () => {
        const one = await ledger();
        await spend(1);
        await spend(2, { key: 'T2:C1:1766458000.000001' });
        expect(await of('person', ANN, '2026-11-05', 'T2')).toMatchObject({ costNanos: 2 * CENT });
        expect((await one.workspaces('2026-11')).toSorted()).toEqual(['T1', 'T2']);
        expect((await one.workspaces('2026-11-05')).toSorted()).toEqual(['T1', 'T2']);
        expect(await one.workspaces('2026-12')).toEqual([]);
        expect(await one.workspaces('11-05')).toEqual([]);
        expect(await one.totals('T3', '2026-11')).toEqual([]);
      });
    });

    describe('a budget', () => {
      test('that is not there keeps nobody from anything', async () => {
        const one = await ledger();
        await spend(1_000_000);
        expect(await one.reserve(call(), 1_000 * CENT)).toEqual(granted());
      });

      test.each<[UsageOwner, BudgetSettings, Parameters<typeof call>[0], Parameters<typeof call>[0], number]>([
        ['person', { person: 1 }, { key: 'T1:C2:1766458000.000001' }, { people: [BEN] }, Date.UTC(2026, 10, 6)],
        ['channel', { channel: 1 }, { people: [BEN] }, { key: 'T1:C2:1766458000.000001' }, Date.UTC(2026, 10, 6)],
        [
          'workspace',
          { workspace: 1 },
          { people: [BEN], key: 'T1:C2:1766458000.000001', at: NOON + DAY_MS },
          { key: 'T2:C1:1766458000.000001' },
          Date.UTC(2026, 11, 1),
        ],
      ])(
        'of a %s grants until it is spent, to others all the same, and again when the period is over',
        async (owner, budgets, same, others, later) => {
          const one = await ledger(budgets);
          await spend(99.999_999_9);
          const two = call();
          expect(await one.reserve(two, CENT)).toEqual(granted());
          await one.settle(two, ANN, took(5));
          expect(await one.reserve(call(), CENT)).toEqual(refused(owner));
          expect(await one.reserve(call(same), CENT)).toEqual(refused(owner));
          expect(await one.reserve(call(others), CENT)).toMatchObject({ outcome: 'granted' });
          expect(await one.reserve(call({ at: later - 1 }), CENT)).toEqual(refused(owner));
          expect(await one.reserve(call({ at: later }), CENT)).toEqual(granted());
        },
      );

      test('of a person is asked of the first who has something left', async () => {
        const one = await ledger({ person: 1 });
        expect(await one.reserve(call({ people: [ANN, BEN] }), CENT)).toEqual(granted(ANN));
        await spend(100);
        expect(await one.reserve(call({ people: [ANN, BEN] }), 100 * CENT)).toEqual(granted(BEN));
        expect(await one.reserve(call({ people: [ANN, BEN] }), CENT)).toEqual(refused('person', 'reserved'));
        await spend(100, { people: [BEN] });
        expect(await one.reserve(call({ people: [ANN, BEN] }), CENT)).toEqual(refused('person'));
      });

      test('names that which lasts longest, where several are used up', async () => {
        const one = await ledger({ person: 1, channel: 1, workspace: 1 });
        await spend(100);
        expect(await one.reserve(call(), CENT)).toEqual(refused('workspace'));
        await bench.close();
        const two = await ledger({ person: 1, channel: 1 });
        await spend(100);
        expect(await two.reserve(call(), CENT)).toEqual(refused('channel'));
      });

      test('that is used up is not waited for because of another one that is reserved', async () => {
        const one = await ledger({ person: 1, workspace: 2 });
        await spend(100);
        await one.reserve(call({ people: [BEN] }), 150 * CENT);
        expect(await one.reserve(call(), CENT)).toEqual(refused('person'));
      });
    });

    describe('what is set aside', () => {
      test.each<[UsageOwner, BudgetSettings]>([
        ['person', { person: 1 }],
        ['channel', { channel: 1 }],
        ['workspace', { workspace: 1 }],
      ])('is kept from others as long as the call lasts: of a %s', async (owner, budgets) => {
        const one = await ledger(budgets);
        const two = call();
        expect(await one.reserve(two, 100 * CENT)).toEqual(granted());
        expect(await bench.other.reserve(call(), CENT)).toEqual(refused(owner, 'reserved'));
        expect(await one.settle(two, ANN, took(1))).toEqual([]);
        expect(await bench.other.reserve(call(), CENT)).toEqual(granted());
      });

      test('is free again when nothing came of the call', async () => {
        const one = await ledger({ person: 1 });
        const two = call();
        await one.reserve(two, 100 * CENT);
        await one.settle(two, ANN);
        expect(await one.reserve(call(), CENT)).toEqual(granted());
      });

      test('is free again when its conversation is taken over, and what it took counts beside what the next one takes', async () => {
        const one = await ledger({ person: 1 });
        const key = 'T1:C1:1766458000.000001';
        const [dead, next] = [call({ key }), call({ key })];
        await one.reserve(dead, 100 * CENT);
        expect(await bench.other.reserve(next, 100 * CENT)).toEqual(granted());
        await one.settle(dead, ANN, took(1));
        expect(await one.reserve(call(), CENT)).toEqual(refused('person', 'reserved'));
        await one.settle(next, ANN, took(1));
        expect(await one.reserve(call(), CENT)).toEqual(granted());
        expect(await of('person', ANN)).toMatchObject({ calls: 2, costNanos: 2 * CENT });
      });

      test('is one thing for an answer and another for a summary', async () => {
        const one = await ledger({ person: 1 });
        const key = 'T1:C1:1766458000.000001';
        await one.reserve(call({ key, purpose: 'summary' }), 60 * CENT);
        await one.reserve(call({ key }), 60 * CENT);
        expect(await one.reserve(call(), CENT)).toEqual(refused('person', 'reserved'));
      });

      test('may be asked for again, and is still one', async () => {
        const one = await ledger({ person: 1 });
        const two = call();
        for (let count = 0; count < 3; count += 1) expect(await one.reserve(two, 60 * CENT)).toEqual(granted());
        expect(await one.reserve(call(), CENT)).toEqual(granted());
      });

      test('is free again after a while, though nobody says so', async () => {
        const one = await ledger({ person: 1 }, 200);
        await one.reserve(call(), 100 * CENT);
        await until(async () => {
          // Others go on all the time.
          await one.reserve(call({ key: 'T1:C1:1766458000.000001', people: [BEN] }), CENT);
          return (await one.reserve(call(), CENT)).outcome === 'granted';
        }, 'what a dead process had set aside');
      });

      test('counts in its own day alone', async () => {
        const one = await ledger({ person: 1 });
        await one.reserve(call(), 100 * CENT);
        expect(await one.reserve(call({ at: NOON + DAY_MS }), CENT)).toEqual(granted());
      });

      test('keeps many calls at once from overspending by more than the last of them', async () => {
        const one = await ledger({ person: 1, channel: 2, workspace: 3 });
        const begin = async (n: number): Promise<number> => {
          const each = n % 2 === 0 ? one : bench.other;
          // Six people in three channels, each call in a thread of its own.
          const two = call({ key: `T1:C${n % 3}:1766458000.${String(n).padStart(6, '0')}`, people: [`U${n % 6}`] });
          for (;;) {
            const reservation = await each.reserve(two, 9 * CENT);
            if (reservation.outcome === 'used_up') return 0;
            if (reservation.outcome !== 'granted') continue;
            await each.settle(two, reservation.person, took(9));
            return 1;
          }
        };
        const made = (await Promise.all(Array.from({ length: 120 }, (_, n) => begin(n)))).reduce(
          (sum, count) => sum + count,
          0,
        );
        expect(made).toBe(34);
        expect(await of('workspace', 'T1', '2026-11')).toMatchObject({ calls: 34, costNanos: 34 * 9 * CENT });
        for (const { owner, costNanos } of await one.totals('T1', '2026-11-05')) {
          if (owner === 'person') expect(costNanos).toBeLessThan(109 * CENT);
          if (owner === 'channel') expect(costNanos).toBeLessThan(209 * CENT);
        }
      });
    });

    describe('near the end of a budget', () => {
      test('whom a call takes there is named, once in a period', async () => {
        const one = await ledger({ person: 1, channel: 10, workspace: 1 });
        expect(await spend(79)).toEqual([]);
        expect(await one.settle(call(), ANN, took(2))).toEqual([
          { owner: 'person', spentNanos: 81 * CENT },
          { owner: 'workspace', spentNanos: 81 * CENT },
        ]);
        expect(await spend(100)).toEqual([]);
        expect(await spend(80, { at: NOON + DAY_MS })).toEqual(['person']);
        expect(await spend(80, { at: Date.UTC(2026, 11, 1) })).toEqual(['person', 'workspace']);
      });

      test('is exactly at four fifths, and is passed by a single great call too', async () => {
        await ledger({ person: 1 });
        expect(await spend(80)).toEqual(['person']);
        expect(await spend(500, { people: [BEN] })).toEqual(['person']);
      });

      test('nobody is named twice, by however many processes', async () => {
        await ledger({ person: 1 });
        const near = await Promise.all(
          Array.from({ length: 40 }, async (_, n) =>
            (n % 2 === 0 ? bench.ledger : bench.other).settle(call(), ANN, took(5)),
          ),
        );
        expect(near.flat()).toHaveLength(1);
      });
    });
  });
}
