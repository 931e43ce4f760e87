import type { Redis, Result } from 'ioredis';
import { keyOf } from '../core/conversation-id.js';
import type { ModelCall, NearBudget, Reservation, UsageLedger, UsageOwner } from '../core/ports.js';
import type { BudgetSettings } from '../core/settings.js';
import {
  dayOf,
  fieldName,
  isRecent,
  MAX_RECENT,
  measuresOf,
  monthOf,
  nanosOf,
  warningNanos,
  ownersOf,
  RESERVED_MS,
  reservationName,
  totalOf,
  totalsFrom,
} from '../usage/totals.js';
import { mastersOf, type RedisClient } from './client.js';
import { usageKey, usageTeam } from './keys.js';
import { defineScript } from './script.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    skeinReserve(...keysThenArgs: string[]): Result<[string, string], Context>;
    skeinSpend(...keysThenArgs: string[]): Result<(string | number)[], Context>;
  }
}

const SECONDS_PER_DAY = 86_400;
const DAY_TTL_S = 40 * SECONDS_PER_DAY;
const MONTH_TTL_S = 400 * SECONDS_PER_DAY;
/** How long the id of a counted call is remembered: longer than `settle` of one call is retried. */
const COUNTED_TTL_S = 3_600;
const KEYS_AT_ONCE = 1_000;

/**
 * The usage ledger in Redis, shared by all processes. `keys.ts` documents the stored data.
 * `reservedMs`: when a reservation that is never settled expires.
 */
export function redisLedger(
  redis: RedisClient,
  budgets: BudgetSettings,
  prefix?: string,
  reservedMs = RESERVED_MS,
): UsageLedger {
  defineScript(redis, 'skeinReserve', 'reserve', 3);
  defineScript(redis, 'skeinSpend', 'spend', 5);

  /** Of person, channel and workspace; undefined if none has one. */
  function budgetsFor({ budgets: own = budgets }: ModelCall): number[] | undefined {
    const inForce = [own.person ?? 0, own.channel ?? 0, own.workspace ?? 0];
    return inForce.some((usd) => usd > 0) ? inForce : undefined;
  }

  /** KEYS of the scripts. */
  function keys({ conversation: { team }, at }: ModelCall): string[] {
    return [dayOf(at), monthOf(at), 'held', 'counted'].map((what) => usageKey(team, what, prefix));
  }

  const recentKey = (team: string, person: string): string => usageKey(team, `recent:${person}`, prefix);

  return {
    async reserve(call, amount) {
      const { id, conversation, people, at } = call;
      const [person = ''] = people;
      const inForce = budgetsFor(call);
      if (!inForce) return { outcome: 'granted', person };
      const { channel, team } = conversation;
      const budgetNanos = inForce.map(nanosOf);
      const args = [reservationName(call), id, dayOf(at), channel, team, amount, reservedMs, ...budgetNanos, ...people];
      const [outcome, personOrOwner] = await redis.skeinReserve(...keys(call).slice(0, 3), ...args.map(String));
      return outcome === 'granted'
        ? { outcome, person: personOrOwner }
        : ({ outcome, owner: personOrOwner } as Reservation);
    },

    async settle(call, person, usage) {
      const inForce = budgetsFor(call);
      if (!usage && !inForce) return [];
      const owners = ownersOf(call, person).map(([owner, id]) => fieldName(owner, id));
      const measures = usage ? measuresOf(totalOf(usage)).flat() : [];
      const args = [
        reservationName(call),
        call.id,
        DAY_TTL_S,
        MONTH_TTL_S,
        COUNTED_TTL_S,
        ...owners,
        ...(inForce ?? [0, 0, 0]).map(warningNanos),
        isRecent(call) ? keyOf(call.conversation) : '',
        call.at,
        MAX_RECENT,
        ...measures,
      ];
      const recent = recentKey(call.conversation.team, person);
      const pairs = await redis.skeinSpend(...keys(call), recent, ...args.map(String));
      return Array.from({ length: pairs.length / 2 }, (_, n): NearBudget => ({
        owner: pairs[2 * n] as UsageOwner,
        spentNanos: Number(pairs[2 * n + 1]),
      }));
    },

    async recent(team, person) {
      const newest = await redis.zrevrange(recentKey(team, person), 0, MAX_RECENT - 1, 'WITHSCORES');
      return Array.from({ length: newest.length / 2 }, (_, at) => ({
        key: newest[2 * at] ?? '',
        at: Number(newest[2 * at + 1]),
      }));
    },

    async forgetRecent(team, person) {
      await redis.del(recentKey(team, person));
    },

    async totals(team, period) {
      const fields = await redis.hgetall(usageKey(team, period, prefix));
      return totalsFrom(Object.entries(fields).map(([field, amount]) => [field, Number(amount)]));
    },

    async workspaces(period) {
      const found = await Promise.all(
        mastersOf(redis).map((master) => scanKeys(master, usageKey('*', period, prefix))),
      );
      return [...new Set(found.flat().flatMap((key) => usageTeam(key, period, prefix) ?? []))];
    },
  };
}

async function scanKeys(master: Redis, match: string): Promise<string[]> {
  const found: string[] = [];
  for await (const keys of master.scanStream({ match, count: KEYS_AT_ONCE }) as AsyncIterable<string[]>)
    found.push(...keys);
  return found;
}
