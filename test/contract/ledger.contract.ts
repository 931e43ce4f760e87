/** Contract suite of `UsageLedger`, run on every adapter. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { idOf } from '../../src/core/conversation-id.js';
import type { ModelCall, OwnerUsage, Reservation, Usage, UsageLedger, UsageOwner } from '../../src/core/ports.js';
import type { BudgetSettings } from '../../src/core/settings.js';
import { until } from '../support/until.js';

export interface LedgerFixture {
  ledger: UsageLedger;
  /** The same ledger in another process; the same object for an in-memory adapter. */
  other: UsageLedger;
  close(): Promise<void>;
}

const [ANN, BEN] = ['U0ANN', 'U0BEN'] as const;
const NOON = Date.UTC(2026, 10, 5, 12);
const DAY_MS = 86_400_000;
const CENT = 10_000_000;

let calls = 0;

/** A new call, by default in a new thread. */
function call(more: Partial<ModelCall> & { key?: string } = {}): ModelCall {
  const { key = `T1:C1:1766458000.${String((calls += 1)).padStart(6, '0')}`, ...rest } = more;
  return { id: `run:${(calls += 1)}`, conversation: idOf(key), purpose: 'answer', people: [ANN], at: NOON, ...rest };
}

/** Usage that costs so many cents. */
function usage(cents: number, more: Partial<Usage> = {}): Usage {
  return {
    promptTokens: 100,
    cachedTokens: 40,
    cacheWriteTokens: 30,
    completionTokens: 10,
    costUsd: cents / 100,
    ...more,
  };
}

const granted = (person: string = ANN): Reservation => ({ outcome: 'granted', person });
const refused = (owner: UsageOwner, outcome: 'used_up' | 'reserved' = 'used_up'): Reservation => ({ outcome, owner });

export function ledgerContract(
  name: string,
  make: (budgets: BudgetSettings, reservedMs?: number) => Promise<LedgerFixture>,
): void {
  describe(`UsageLedger in ${name}`, () => {
    let fixture: LedgerFixture;
    afterEach(() => fixture.close());

    async function openLedger(budgets: BudgetSettings = {}, reservedMs?: number): Promise<UsageLedger> {
      fixture = await make(budgets, reservedMs);
      return fixture.ledger;
    }

    /** Settles a call that cost so much; returns the owners whose budget is now nearly used up. */
    async function spend(cents: number, more: Parameters<typeof call>[0] = {}): Promise<UsageOwner[]> {
      const settled = call(more);
      const near = await fixture.ledger.settle(settled, settled.people[0] ?? '', usage(cents));
      return near.map(({ owner }) => owner);
    }

    async function totalOf(
      owner: UsageOwner,
      id: string,
      period = '2026-11-05',
      team = 'T1',
    ): Promise<OwnerUsage | undefined> {
      return (await fixture.ledger.totals(team, period)).find((total) => total.owner === owner && total.id === id);
    }

    test('the conversations of a person are known, newest first, once each, until they are forgotten', async () => {
      const ledger = await openLedger();
      const at = (thread: string, more: Partial<ModelCall> = {}): ModelCall =>
        call({ conversation: { team: 'T1', channel: 'C1', thread }, ...more });
      await ledger.settle(at('1.1'), ANN, usage(1));
      await ledger.settle(at('2.2', { at: NOON + 1 }), ANN, usage(1));
      await ledger.settle(at('1.1', { at: NOON + 2 }), ANN, usage(1));
      // For one person alone, a summary, and somebody else.
      await ledger.settle(at('a command'), ANN, usage(1));
      await ledger.settle(at('3.3', { purpose: 'summary' }), ANN, usage(1));
      await ledger.settle(at('4.4'), BEN, usage(1));
      expect(await ledger.recent('T1', ANN)).toEqual([
        { key: 'T1:C1:1.1', at: NOON + 2 },
        { key: 'T1:C1:2.2', at: NOON + 1 },
      ]);
      await ledger.forgetRecent('T1', ANN);
      expect(await ledger.recent('T1', ANN)).toEqual([]);
      expect(await ledger.recent('T1', BEN)).toHaveLength(1);
    });

    describe('usage', () => {
      test('is counted to the person, the channel and the workspace, by day and by month', async () => {
        const ledger = await openLedger();
        await ledger.settle(call(), ANN, usage(2));
        await ledger.settle(call({ at: NOON + DAY_MS }), ANN, usage(3));
        const today = {
          calls: 1,
          promptTokens: 100,
          cachedTokens: 40,
          cacheWriteTokens: 30,
          completionTokens: 10,
          costNanos: 2 * CENT,
          unpriced: 0,
        };
        const month = {
          calls: 2,
          promptTokens: 200,
          cachedTokens: 80,
          cacheWriteTokens: 60,
          completionTokens: 20,
          costNanos: 5 * CENT,
          unpriced: 0,
        };
        for (const [owner, id] of [
          ['person', ANN],
          ['channel', 'C1'],
          ['workspace', 'T1'],
        ] as const) {
          expect(await totalOf(owner, id)).toEqual({ owner, id, ...today });
          expect(await totalOf(owner, id, '2026-11')).toEqual({ owner, id, ...month });
        }
        expect(await ledger.totals('T1', '2026-11-05')).toHaveLength(3);
      });

      test('is summed exactly, however small it is', async () => {
        const ledger = await openLedger();
        for (let count = 0; count < 10; count += 1)
          await ledger.settle(
            call({ people: [count % 2 === 0 ? ANN : BEN] }),
            count % 2 === 0 ? ANN : BEN,
            usage(0.000_01),
          );
        const costs = (await ledger.totals('T1', '2026-11')).map(({ owner, id, costNanos }) => [owner, id, costNanos]);
        expect(costs).toEqual(
          expect.arrayContaining([
            ['person', ANN, 500],
            ['person', BEN, 500],
            ['channel', 'C1', 1_000],
            ['workspace', 'T1', 1_000],
          ]),
        );
      });

      test('is counted once, however many processes settle the call', async () => {
        const ledger = await openLedger();
        const theCall = call();
        await ledger.reserve(theCall, CENT);
        await Promise.all(
          [ledger, fixture.other, ledger, fixture.other].map((each) => each.settle(theCall, ANN, usage(2))),
        );
        expect(await totalOf('workspace', 'T1')).toMatchObject({ calls: 1, costNanos: 2 * CENT });
      });

      test('is counted for each call of a conversation, as a repeated call costs again', async () => {
        const key = 'T1:C1:1766458000.000001';
        await openLedger();
        await spend(2, { key });
        await spend(3, { key });
        expect(await totalOf('person', ANN)).toMatchObject({ calls: 2, costNanos: 5 * CENT });
      });

      test('without a price is counted, as unpriced', async () => {
        const ledger = await openLedger();
        const { costUsd: _, ...tokens } = usage(0);
        await ledger.settle(call(), ANN, tokens);
        await spend(1);
        expect(await totalOf('person', ANN)).toMatchObject({
          calls: 2,
          promptTokens: 200,
          costNanos: CENT,
          unpriced: 1,
        });
      });

      test('is rounded to whole numbers, whatever the service returns', async () => {
        const ledger = await openLedger();
        await ledger.settle(call(), ANN, {
          promptTokens: 1.5,
          cachedTokens: Number.NaN,
          completionTokens: -3,
          costUsd: 1e-10,
        });
        expect(await totalOf('person', ANN)).toEqual({
          owner: 'person',
          id: ANN,
          calls: 1,
          promptTokens: 2,
          cachedTokens: 0,
          cacheWriteTokens: 0,
          completionTokens: 0,
          costNanos: 0,
          unpriced: 0,
        });
      });

      test('is not counted for a call without usage', async () => {
        const ledger = await openLedger({ person: 1 });
        const theCall = call();
        await ledger.reserve(theCall, CENT);
        expect(await ledger.settle(theCall, ANN)).toEqual([]);
        expect(await ledger.totals('T1', '2026-11-05')).toEqual([]);
      });

      test('is kept by workspace, and the workspaces can be listed', async () => {
        const ledger = await openLedger();
        await spend(1);
        await spend(2, { key: 'T2:C1:1766458000.000001' });
        expect(await totalOf('person', ANN, '2026-11-05', 'T2')).toMatchObject({ costNanos: 2 * CENT });
        expect((await ledger.workspaces('2026-11')).toSorted()).toEqual(['T1', 'T2']);
        expect((await ledger.workspaces('2026-11-05')).toSorted()).toEqual(['T1', 'T2']);
        expect(await ledger.workspaces('2026-12')).toEqual([]);
        expect(await ledger.workspaces('11-05')).toEqual([]);
        expect(await ledger.totals('T3', '2026-11')).toEqual([]);
      });
    });

    describe('a budget', () => {
      test('that is not set limits nothing', async () => {
        const ledger = await openLedger();
        await spend(1_000_000);
        expect(await ledger.reserve(call(), 1_000 * CENT)).toEqual(granted());
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
        'of a %s grants calls until it is spent, does not affect others, and grants calls again in the next period',
        async (owner, budgets, same, others, later) => {
          const ledger = await openLedger(budgets);
          await spend(99.999_999_9);
          const theCall = call();
          expect(await ledger.reserve(theCall, CENT)).toEqual(granted());
          await ledger.settle(theCall, ANN, usage(5));
          expect(await ledger.reserve(call(), CENT)).toEqual(refused(owner));
          expect(await ledger.reserve(call(same), CENT)).toEqual(refused(owner));
          expect(await ledger.reserve(call(others), CENT)).toMatchObject({ outcome: 'granted' });
          expect(await ledger.reserve(call({ at: later - 1 }), CENT)).toEqual(refused(owner));
          expect(await ledger.reserve(call({ at: later }), CENT)).toEqual(granted());
        },
      );

      test('of a person bills the first candidate who has budget left', async () => {
        const ledger = await openLedger({ person: 1 });
        expect(await ledger.reserve(call({ people: [ANN, BEN] }), CENT)).toEqual(granted(ANN));
        await spend(100);
        expect(await ledger.reserve(call({ people: [ANN, BEN] }), 100 * CENT)).toEqual(granted(BEN));
        expect(await ledger.reserve(call({ people: [ANN, BEN] }), CENT)).toEqual(refused('person', 'reserved'));
        await spend(100, { people: [BEN] });
        expect(await ledger.reserve(call({ people: [ANN, BEN] }), CENT)).toEqual(refused('person'));
      });

      test('is named with the longest period first, when several are used up', async () => {
        const ledger = await openLedger({ person: 1, channel: 1, workspace: 1 });
        await spend(100);
        expect(await ledger.reserve(call(), CENT)).toEqual(refused('workspace'));
        await fixture.close();
        const withoutWorkspace = await openLedger({ person: 1, channel: 1 });
        await spend(100);
        expect(await withoutWorkspace.reserve(call(), CENT)).toEqual(refused('channel'));
      });

      test('that is used up is reported rather than another one that is only reserved', async () => {
        const ledger = await openLedger({ person: 1, workspace: 2 });
        await spend(100);
        await ledger.reserve(call({ people: [BEN] }), 150 * CENT);
        expect(await ledger.reserve(call(), CENT)).toEqual(refused('person'));
      });
    });

    describe('a reservation', () => {
      test.each<[UsageOwner, BudgetSettings]>([
        ['person', { person: 1 }],
        ['channel', { channel: 1 }],
        ['workspace', { workspace: 1 }],
      ])('blocks other calls until the call is settled: budget of a %s', async (owner, budgets) => {
        const ledger = await openLedger(budgets);
        const theCall = call();
        expect(await ledger.reserve(theCall, 100 * CENT)).toEqual(granted());
        expect(await fixture.other.reserve(call(), CENT)).toEqual(refused(owner, 'reserved'));
        expect(await ledger.settle(theCall, ANN, usage(1))).toEqual([]);
        expect(await fixture.other.reserve(call(), CENT)).toEqual(granted());
      });

      test('is released when the call had no usage', async () => {
        const ledger = await openLedger({ person: 1 });
        const theCall = call();
        await ledger.reserve(theCall, 100 * CENT);
        await ledger.settle(theCall, ANN);
        expect(await ledger.reserve(call(), CENT)).toEqual(granted());
      });

      test('is replaced when the conversation is taken over; the usage of both calls is counted', async () => {
        const ledger = await openLedger({ person: 1 });
        const key = 'T1:C1:1766458000.000001';
        const [dead, next] = [call({ key }), call({ key })];
        await ledger.reserve(dead, 100 * CENT);
        expect(await fixture.other.reserve(next, 100 * CENT)).toEqual(granted());
        await ledger.settle(dead, ANN, usage(1));
        expect(await ledger.reserve(call(), CENT)).toEqual(refused('person', 'reserved'));
        await ledger.settle(next, ANN, usage(1));
        expect(await ledger.reserve(call(), CENT)).toEqual(granted());
        expect(await totalOf('person', ANN)).toMatchObject({ calls: 2, costNanos: 2 * CENT });
      });

      test('is separate for an answer and for a summary', async () => {
        const ledger = await openLedger({ person: 1 });
        const key = 'T1:C1:1766458000.000001';
        await ledger.reserve(call({ key, purpose: 'summary' }), 60 * CENT);
        await ledger.reserve(call({ key }), 60 * CENT);
        expect(await ledger.reserve(call(), CENT)).toEqual(refused('person', 'reserved'));
      });

      test('is made once, however often the same call reserves', async () => {
        const ledger = await openLedger({ person: 1 });
        const theCall = call();
        for (let count = 0; count < 3; count += 1) expect(await ledger.reserve(theCall, 60 * CENT)).toEqual(granted());
        expect(await ledger.reserve(call(), CENT)).toEqual(granted());
      });

      test('expires if it is never settled', async () => {
        const ledger = await openLedger({ person: 1 }, 200);
        await ledger.reserve(call(), 100 * CENT);
        await until(async () => {
          // Other calls must not prolong it.
          await ledger.reserve(call({ key: 'T1:C1:1766458000.000001', people: [BEN] }), CENT);
          return (await ledger.reserve(call(), CENT)).outcome === 'granted';
        }, 'the reservation of a dead process to expire');
      });

      test('counts only in the day of its call', async () => {
        const ledger = await openLedger({ person: 1 });
        await ledger.reserve(call(), 100 * CENT);
        expect(await ledger.reserve(call({ at: NOON + DAY_MS }), CENT)).toEqual(granted());
      });

      test('keeps many concurrent calls from overspending by more than one call', async () => {
        const ledger = await openLedger({ person: 1, channel: 2, workspace: 3 });
        const spendNine = async (n: number): Promise<number> => {
          const each = n % 2 === 0 ? ledger : fixture.other;
          // Six people in three channels, each call in a thread of its own.
          const theCall = call({ key: `T1:C${n % 3}:1766458000.${String(n).padStart(6, '0')}`, people: [`U${n % 6}`] });
          for (;;) {
            const reservation = await each.reserve(theCall, 9 * CENT);
            if (reservation.outcome === 'used_up') return 0;
            if (reservation.outcome !== 'granted') continue;
            await each.settle(theCall, reservation.person, usage(9));
            return 1;
          }
        };
        const made = (await Promise.all(Array.from({ length: 120 }, (_, n) => spendNine(n)))).reduce(
          (sum, count) => sum + count,
          0,
        );
        expect(made).toBe(34);
        expect(await totalOf('workspace', 'T1', '2026-11')).toMatchObject({ calls: 34, costNanos: 34 * 9 * CENT });
        for (const { owner, costNanos } of await ledger.totals('T1', '2026-11-05')) {
          if (owner === 'person') expect(costNanos).toBeLessThan(109 * CENT);
          if (owner === 'channel') expect(costNanos).toBeLessThan(209 * CENT);
        }
      });
    });

    describe('a budget that is nearly used up', () => {
      test('is reported once in a period', async () => {
        const ledger = await openLedger({ person: 1, channel: 10, workspace: 1 });
        expect(await spend(79)).toEqual([]);
        expect(await ledger.settle(call(), ANN, usage(2))).toEqual([
          { owner: 'person', spentNanos: 81 * CENT },
          { owner: 'workspace', spentNanos: 81 * CENT },
        ]);
        expect(await spend(100)).toEqual([]);
        expect(await spend(80, { at: NOON + DAY_MS })).toEqual(['person']);
        expect(await spend(80, { at: Date.UTC(2026, 11, 1) })).toEqual(['person', 'workspace']);
      });

      test('is one of which four fifths or more are spent, also by a single call', async () => {
        await openLedger({ person: 1 });
        expect(await spend(80)).toEqual(['person']);
        expect(await spend(500, { people: [BEN] })).toEqual(['person']);
      });

      test('is reported only once by several processes', async () => {
        await openLedger({ person: 1 });
        const near = await Promise.all(
          Array.from({ length: 40 }, async (_, n) =>
            (n % 2 === 0 ? fixture.ledger : fixture.other).settle(call(), ANN, usage(5)),
          ),
        );
        expect(near.flat()).toHaveLength(1);
      });
    });
  });
}
