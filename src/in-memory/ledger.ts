/** The ledger of one process, for the playground and for tests: gone when it stops. Same contract as Redis. */
import type { BudgetSettings } from '../core/settings.js';
import type { Clock, ModelCall, NearBudget, UsageLedger, UsageOwner } from '../core/ports.js';
import {
  dayOf,
  fieldOf,
  measuresOf,
  monthOf,
  nanosOf,
  nearMark,
  ownersOf,
  periodOf,
  RESERVED_MS,
  reservationOf,
  totalOf,
  totalsFrom,
} from '../usage/totals.js';

/** What is set aside for a call that is under way. */
interface Held {
  call: ModelCall;
  person: string;
  nanos: number;
  endsAt: number;
}

type Left = 'free' | 'reserved' | 'used_up';

/** `reservedMs`: until what is set aside is free again. */
export function memoryLedger(budgets: BudgetSettings, clock: Clock, reservedMs = RESERVED_MS): UsageLedger {
  /** By workspace and period, then by field. */
  const periods = new Map<string, Map<string, number>>();
  /** By conversation and purpose. */
  const held = new Map<string, Held>();
  const counted = new Set<string>();

  function fieldsOf(team: string, period: string): Map<string, number> {
    const name = `${team} ${period}`;
    const fields = periods.get(name) ?? new Map<string, number>();
    periods.set(name, fields);
    return fields;
  }

  /** Of an owner's budget, in the period that it is for. */
  function left(call: ModelCall, owner: UsageOwner, id: string): Left {
    const budget = nanosOf(budgets[owner] ?? 0);
    if (budget === 0) return 'free';
    const period = periodOf(owner, call.at);
    const spent = fieldsOf(call.conversation.team, period).get(fieldOf(owner, id, 'costNanos')) ?? 0;
    if (spent >= budget) return 'used_up';
    const isTheirs = (other: Held): boolean =>
      other.call.conversation.team === call.conversation.team &&
      periodOf(owner, other.call.at) === period &&
      ownersOf(other.call, other.person).some(([kind, whose]) => kind === owner && whose === id);
    const theirs = [...held.values()].filter(isTheirs);
    return spent + theirs.reduce((sum, { nanos }) => sum + nanos, 0) >= budget ? 'reserved' : 'free';
  }

  return {
    async reserve(call, nanos) {
      const name = reservationOf(call);
      held.delete(name);
      for (const [other, { endsAt }] of held) if (endsAt <= clock.now()) held.delete(other);
      const { team, channel } = call.conversation;
      const [workspace, inChannel] = [left(call, 'workspace', team), left(call, 'channel', channel)];
      const people = call.people.map((person) => left(call, 'person', person));
      const person = call.people[people.indexOf('free')];
      const inPerson = person !== undefined ? 'free' : people.includes('reserved') ? 'reserved' : 'used_up';
      for (const outcome of ['used_up', 'reserved'] as const) {
        if (workspace === outcome) return { outcome, owner: 'workspace' };
        if (inChannel === outcome) return { outcome, owner: 'channel' };
        if (inPerson === outcome) return { outcome, owner: 'person' };
      }
      const granted = person ?? '';
      held.set(name, { call, person: granted, nanos, endsAt: clock.now() + reservedMs });
      return { outcome: 'granted', person: granted };
    },

    async settle(call, person, usage) {
      if (held.get(reservationOf(call))?.call.id === call.id) held.delete(reservationOf(call));
      if (!usage || counted.has(call.id)) return [];
      counted.add(call.id);
      const near: NearBudget[] = [];
      for (const [owner, id] of ownersOf(call, person)) {
        for (const [measure, amount] of measuresOf(totalOf(usage))) {
          for (const period of [dayOf(call.at), monthOf(call.at)]) {
            const fields = fieldsOf(call.conversation.team, period);
            const field = fieldOf(owner, id, measure);
            const sum = (fields.get(field) ?? 0) + amount;
            fields.set(field, sum);
            const mark = nearMark(budgets[owner] ?? 0);
            const passes = mark > 0 && sum >= mark && sum - amount < mark;
            if (passes && measure === 'costNanos' && period === periodOf(owner, call.at))
              near.push({ owner, spentNanos: sum });
          }
        }
      }
      return near;
    },

    totals: async (team, period) => totalsFrom(fieldsOf(team, period)),

    workspaces: async (period) =>
      [...periods].flatMap(([name, fields]) =>
        name.endsWith(` ${period}`) && fields.size > 0 ? name.slice(0, -period.length - 1) : [],
      ),
  };
}
