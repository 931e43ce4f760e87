/** A usage ledger in memory, for the playground and for tests. Same contract as the one in Redis. */
import { keyOf } from '../core/conversation-id.js';
import type { Clock, ModelCall, NearBudget, UsageLedger, UsageOwner } from '../core/ports.js';
import type { BudgetSettings } from '../core/settings.js';
import {
  dayOf,
  fieldName,
  isRecent,
  measuresOf,
  MAX_RECENT,
  monthOf,
  nanosOf,
  warningNanos,
  ownersOf,
  periodOf,
  RESERVED_MS,
  reservationName,
  totalOf,
  totalsFrom,
} from '../usage/totals.js';

/** An amount reserved for a call in progress. */
interface HeldReservation {
  call: ModelCall;
  person: string;
  nanos: number;
  expiresAt: number;
}

type BudgetStatus = 'free' | 'reserved' | 'used_up';

/** `reservedMs`: when a reservation that is never settled expires. */
export function memoryLedger(budgets: BudgetSettings, clock: Clock, reservedMs = RESERVED_MS): UsageLedger {
  /** Amounts by `<workspace> <period>`, then by field. */
  const periods = new Map<string, Map<string, number>>();
  /** Reservations by conversation and purpose. */
  const held = new Map<string, HeldReservation>();
  /** By workspace and person: when each conversation was last answered, oldest first. */
  const recents = new Map<string, Map<string, number>>();
  /** Ids of the calls already counted. */
  const counted = new Set<string>();

  function fieldsOf(team: string, period: string): Map<string, number> {
    const name = `${team} ${period}`;
    const fields = periods.get(name) ?? new Map<string, number>();
    periods.set(name, fields);
    return fields;
  }

  /** Whether the owner's budget allows another call in the current period. */
  function budgetStatus(call: ModelCall, owner: UsageOwner, id: string): BudgetStatus {
    const budget = nanosOf((call.budgets ?? budgets)[owner] ?? 0);
    if (budget === 0) return 'free';
    const period = periodOf(owner, call.at);
    const spent = fieldsOf(call.conversation.team, period).get(fieldName(owner, id, 'costNanos')) ?? 0;
    if (spent >= budget) return 'used_up';
    const isTheirs = (other: HeldReservation): boolean =>
      other.call.conversation.team === call.conversation.team &&
      periodOf(owner, other.call.at) === period &&
      ownersOf(other.call, other.person).some(([otherOwner, otherId]) => otherOwner === owner && otherId === id);
    const reservations = [...held.values()].filter(isTheirs);
    return spent + reservations.reduce((sum, { nanos }) => sum + nanos, 0) >= budget ? 'reserved' : 'free';
  }

  function noteRecent(call: ModelCall, person: string): void {
    if (!isRecent(call)) return;
    const name = `${call.conversation.team} ${person}`;
    const known = new Map(recents.get(name)).set(keyOf(call.conversation), call.at);
    recents.set(name, new Map([...known].toSorted(([, one], [, other]) => one - other).slice(-MAX_RECENT)));
  }

  return {
    async reserve(call, nanos) {
      const name = reservationName(call);
      held.delete(name);
      for (const [other, { expiresAt }] of held) if (expiresAt <= clock.now()) held.delete(other);
      const { team, channel } = call.conversation;
      const workspaceStatus = budgetStatus(call, 'workspace', team);
      const channelStatus = budgetStatus(call, 'channel', channel);
      const statuses = call.people.map((person) => budgetStatus(call, 'person', person));
      const person = call.people[statuses.indexOf('free')];
      const peopleStatus = person !== undefined ? 'free' : statuses.includes('reserved') ? 'reserved' : 'used_up';
      for (const outcome of ['used_up', 'reserved'] as const) {
        if (workspaceStatus === outcome) return { outcome, owner: 'workspace' };
        if (channelStatus === outcome) return { outcome, owner: 'channel' };
        if (peopleStatus === outcome) return { outcome, owner: 'person' };
      }
      const billed = person ?? '';
      held.set(name, { call, person: billed, nanos, expiresAt: clock.now() + reservedMs });
      return { outcome: 'granted', person: billed };
    },

    async settle(call, person, usage) {
      if (held.get(reservationName(call))?.call.id === call.id) held.delete(reservationName(call));
      if (!usage || counted.has(call.id)) return [];
      counted.add(call.id);
      noteRecent(call, person);
      const near: NearBudget[] = [];
      for (const [owner, id] of ownersOf(call, person)) {
        for (const [measure, amount] of measuresOf(totalOf(usage))) {
          for (const period of [dayOf(call.at), monthOf(call.at)]) {
            const fields = fieldsOf(call.conversation.team, period);
            const field = fieldName(owner, id, measure);
            const sum = (fields.get(field) ?? 0) + amount;
            fields.set(field, sum);
            const mark = warningNanos((call.budgets ?? budgets)[owner] ?? 0);
            const passesMark = mark > 0 && sum >= mark && sum - amount < mark;
            if (passesMark && measure === 'costNanos' && period === periodOf(owner, call.at))
              near.push({ owner, spentNanos: sum });
          }
        }
      }
      return near;
    },

    recent: async (team, person) =>
      [...(recents.get(`${team} ${person}`) ?? [])].map(([key, at]) => ({ key, at })).toReversed(),

    async forgetRecent(team, person) {
      recents.delete(`${team} ${person}`);
    },

    totals: async (team, period) => totalsFrom(fieldsOf(team, period)),

    workspaces: async (period) =>
      [...periods].flatMap(([name, fields]) =>
        name.endsWith(` ${period}`) && fields.size > 0 ? name.slice(0, -period.length - 1) : [],
      ),
  };
}
