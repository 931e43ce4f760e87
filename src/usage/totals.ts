/** Adds up usage, and names it in the ledger. Pure. */
import { DM_TOP_LEVEL, keyOf } from '../core/conversation-id.js';
import type { ModelCall, OwnerUsage, Usage, UsageOwner, UsageTotal } from '../core/ports.js';

const NANOS_PER_USD = 1_000_000_000;
/** Share of a budget at which its owner is warned. */
const WARNING_SHARE = 0.8;
/** A reservation expires after this: its call takes too long, or its process has died. */
export const RESERVED_MS = 600_000;

export const OWNERS: readonly UsageOwner[] = ['person', 'channel', 'workspace'];
const NOTHING: UsageTotal = {
  calls: 0,
  promptTokens: 0,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  completionTokens: 0,
  costNanos: 0,
  unpriced: 0,
};
const MEASURES = Object.keys(NOTHING) as (keyof UsageTotal)[];

/** Conversations of a person that are remembered. */
export const MAX_RECENT = 200;

/** Whether a call belongs to a conversation that people can go back to, not to an answer for one person alone. */
export function isRecent({ purpose, conversation: { thread } }: ModelCall): boolean {
  return purpose === 'answer' && (thread === DM_TOP_LEVEL || /^\d+\.\d+$/.test(thread));
}

/** The day in UTC, `2026-11-05`. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** The month in UTC, `2026-11`. */
export function monthOf(ms: number): string {
  return dayOf(ms).slice(0, 7);
}

/** The period that an owner's budget is for. */
export function periodOf(owner: UsageOwner, ms: number): string {
  return owner === 'workspace' ? monthOf(ms) : dayOf(ms);
}

/** When an owner's budget starts again: the next day, or the first of the next month. Milliseconds since 1970. */
export function nextPeriod(owner: UsageOwner, ms: number): number {
  const now = new Date(ms);
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  return owner === 'workspace' ? Date.UTC(year, month + 1) : Date.UTC(year, month, day + 1);
}

export function nanosOf(usd: number): number {
  return toWholeNumber(usd * NANOS_PER_USD);
}

export function usdOf(nanos: number): number {
  return nanos / NANOS_PER_USD;
}

/** Where in a budget of so many dollars its owner is told. */
export function warningNanos(budgetUsd: number): number {
  return nanosOf(budgetUsd * WARNING_SHARE);
}

/** One call. */
export function totalOf(usage: Usage): UsageTotal {
  const { promptTokens, cachedTokens, cacheWriteTokens = 0, completionTokens, costUsd } = usage;
  return {
    calls: 1,
    promptTokens: toWholeNumber(promptTokens),
    cachedTokens: toWholeNumber(cachedTokens),
    cacheWriteTokens: toWholeNumber(cacheWriteTokens),
    completionTokens: toWholeNumber(completionTokens),
    costNanos: nanosOf(costUsd ?? 0),
    unpriced: costUsd === undefined ? 1 : 0,
  };
}

/** Two tries of one call. */
export function addUsage(one: Usage | undefined, other: Usage): Usage {
  if (!one) return other;
  const costUsd = one.costUsd === undefined || other.costUsd === undefined ? undefined : one.costUsd + other.costUsd;
  const writes = [one.cacheWriteTokens, other.cacheWriteTokens].filter((tokens) => tokens !== undefined);
  return {
    promptTokens: one.promptTokens + other.promptTokens,
    cachedTokens: one.cachedTokens + other.cachedTokens,
    ...(writes.length > 0 && { cacheWriteTokens: writes.reduce((sum, tokens) => sum + tokens, 0) }),
    completionTokens: one.completionTokens + other.completionTokens,
    ...(costUsd !== undefined && { costUsd }),
  };
}

export function sumOf(totals: Iterable<UsageTotal>): UsageTotal {
  const sum = { ...NOTHING };
  for (const total of totals) for (const measure of MEASURES) sum[measure] += total[measure];
  return sum;
}

/** What is kept of a total, without what is 0. */
export function measuresOf(total: UsageTotal): [measure: string, amount: number][] {
  return MEASURES.flatMap((measure) => (total[measure] === 0 ? [] : [[measure, total[measure]]]));
}

/** Whose usage a call is, when it is counted to this person. */
export function ownersOf(
  { conversation: { team, channel } }: ModelCall,
  person: string,
): [owner: UsageOwner, id: string][] {
  return [
    ['person', person],
    ['channel', channel],
    ['workspace', team],
  ];
}

/** Of what is set aside for a call: the same for all calls that cannot be under way together. */
export function reservationName({ conversation, purpose }: ModelCall): string {
  return `${keyOf(conversation)} ${purpose}`;
}

/** The name under which an owner's measure is kept, or what all of theirs begin with. */
export function fieldName(owner: UsageOwner, id: string, ...measure: [string?]): string {
  return [owner, id, ...measure].join(':');
}

/** What the fields of a period say. What a later version may count besides is read past. */
export function totalsFrom(fields: Iterable<readonly [field: string, amount: number]>): OwnerUsage[] {
  const totals = new Map<string, OwnerUsage>();
  for (const [field, amount] of fields) {
    const [owner = '', id = '', measure = ''] = field.split(':');
    if (!(OWNERS as readonly string[]).includes(owner) || !(MEASURES as string[]).includes(measure)) continue;
    const name = `${owner}:${id}`;
    const known = totals.get(name) ?? { owner: owner as UsageOwner, id, ...NOTHING };
    totals.set(name, { ...known, [measure]: amount });
  }
  return [...totals.values()];
}

/** What a service says is not always a number. */
function toWholeNumber(value: number): number {
  return Number.isFinite(value) ? Math.max(0, Math.round(value)) : 0;
}
