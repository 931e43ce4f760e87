/** Usage of the model, and budgets. */
import type { ConversationId, ConversationKey } from '../conversation-id.js';
import type { BudgetSettings } from '../settings.js';

/** Usage of one model call. */
export interface Usage {
  /** Tokens read, of which `cachedTokens` came from the provider's prompt cache. */
  promptTokens: number;
  cachedTokens: number;
  /** Of the tokens read that were not cached, those written to the cache; undefined if the service does not say. */
  cacheWriteTokens?: number;
  completionTokens: number;
  /** US dollars; undefined if the price is unknown. */
  costUsd?: number;
}

/** Who is billed. Budgets of people and channels are per day, those of workspaces per month, in UTC. */
export type UsageOwner = 'person' | 'channel' | 'workspace';

/** Usage of several model calls. */
export interface UsageTotal {
  calls: number;
  promptTokens: number;
  cachedTokens: number;
  cacheWriteTokens: number;
  completionTokens: number;
  /** Billionths of a US dollar: whole numbers, so that sums are exact. */
  costNanos: number;
  /** Calls with an unknown price, which are missing from the cost. */
  unpriced: number;
}

interface RecentConversation {
  key: ConversationKey;
  /** Of the last call, milliseconds since 1970. */
  at: number;
}

export interface OwnerUsage extends UsageTotal {
  owner: UsageOwner;
  /** Id of the person, channel or workspace. */
  id: string;
}

/** A model call, as the ledger sees it. */
export interface ModelCall {
  /** Unique over all calls of all processes. */
  id: string;
  /** At most one call runs for a conversation and a purpose, and of transcripts for each file. */
  conversation: ConversationId;
  purpose: 'answer' | 'summary' | `transcript ${string}` | 'picture';
  /** Candidates to bill, in order of preference. Not empty. */
  people: string[];
  /** In force for the call. Not set: those of the deployment. */
  budgets?: BudgetSettings;
  /** Start, milliseconds since 1970. The call counts for that day and month, however long it takes. */
  at: number;
}

/** `used_up`: nothing left until the period ends. `reserved`: running calls hold the rest and may return some of it. */
export type Reservation =
  | { outcome: 'granted'; person: string }
  | { outcome: 'used_up' | 'reserved'; owner: UsageOwner };

/** A call took an owner past the warning mark of its budget. */
export interface NearBudget {
  owner: UsageOwner;
  spentNanos: number;
}

/**
 * Counts usage over the whole fleet by person, channel and workspace, by day and month, and keeps the budgets. A call is
 * billed to one person, one channel and one workspace, so people and channels each add up to the workspace. Every method
 * is atomic and may be repeated with the same arguments.
 */
export interface UsageLedger {
  /**
   * Reserves `nanos` for a call. Granted while some of the budget is neither spent nor reserved, so calls that start
   * together overspend it by at most the last one. Billed to the first of `people` with something left. An earlier
   * reservation for the same conversation and purpose is released (its process has died); every one expires in time.
   */
  reserve(call: ModelCall, nanos: number): Promise<Reservation>;
  /**
   * Ends a call: releases its reservation and counts its `usage`, once however often this is called, reserved or not.
   * No `usage`: nothing was used. Returns the owners whom it took past their warning mark, each once in a period.
   */
  settle(call: ModelCall, person: string, usage?: Usage): Promise<NearBudget[]>;
  /** A workspace's usage in a day (`2026-11-05`, kept for 40 days) or a month (`2026-11`, kept for 400), unordered. */
  totals(team: string, period: string): Promise<OwnerUsage[]>;
  /** Conversations in which calls were billed to the person in the last 40 days, newest first, at most `MAX_RECENT`. */
  recent(team: string, person: string): Promise<RecentConversation[]>;
  /** Forgets those. The usage itself stays. */
  forgetRecent(team: string, person: string): Promise<void>;
  /** Workspaces with usage in a day or month. Scans all keys. */
  workspaces(period: string): Promise<string[]>;
}
