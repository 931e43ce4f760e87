/** What the model's calls take, and what they may. */
import type { ConversationId } from '../conversation-id.js';

/** What a call of the model took. */
export interface Usage {
  /** Tokens read, of which `cachedTokens` came from the provider's prompt cache. */
  promptTokens: number;
  cachedTokens: number;
  completionTokens: number;
  /** US dollars; not there where the model's price is not known. */
  costUsd?: number;
}

/** Whose usage is counted. A person's and a channel's budget is for a day, a workspace's for a month; both are of UTC. */
export type UsageOwner = 'person' | 'channel' | 'workspace';

/** What calls of the model took together. */
export interface UsageTotal {
  calls: number;
  promptTokens: number;
  cachedTokens: number;
  completionTokens: number;
  /** Billionths of a US dollar: whole numbers, so that sums are exact. */
  costNanos: number;
  /** How many of the calls the cost is without: their price is not known. */
  unpriced: number;
}

export interface OwnerUsage extends UsageTotal {
  owner: UsageOwner;
  /** `U…`, `C…` or `D…`, `T…`. */
  id: string;
}

/** A call of the model, as the ledger knows it. */
export interface ModelCall {
  /** No other call, in any process, ever has the same. */
  id: string;
  /** At most one call is under way for a conversation and a purpose. */
  conversation: ConversationId;
  purpose: 'answer' | 'summary';
  /** Whom it may be counted to, those first who are to be asked first. Not empty. */
  people: string[];
  /** Milliseconds since 1970. In that day and month it is counted, however long it takes. */
  at: number;
}

/** `used_up`: nothing is left until the period ends. `reserved`: calls that are under way may leave something. */
export type Reservation =
  | { outcome: 'granted'; person: string }
  | { outcome: 'used_up' | 'reserved'; owner: UsageOwner };

/** A call of the model took an owner past the mark near the end of its budget. */
export interface NearBudget {
  owner: UsageOwner;
  spentNanos: number;
}

/**
 * What the model's calls took, counted over the whole fleet by person, channel and workspace, by day and month, and
 * what the budgets leave. A call is counted to one person, one channel and one workspace, so that the persons' sum and
 * the channels' are the workspace's. Every method is atomic and may be repeated with the same arguments.
 */
export interface UsageLedger {
  /**
   * Sets `nanos` aside for a call: granted while there is something left that is neither spent nor set aside, so that
   * calls which begin at the same moment overspend a budget by no more than the last of them. It is counted to the first of
   * `people` who has something left, one who has not keeps nobody else from an answer. What was set aside before for the
   * same conversation and purpose is free again, for whoever had begun that is dead; anything is after a while.
   */
  reserve(call: ModelCall, nanos: number): Promise<Reservation>;
  /**
   * The call is over: what was set aside for it is free again, and its `usage` is counted, once however often this is
   * said, whether it was set aside or not. Without `usage` it took nothing. Of whom it took past the mark near the end
   * of a budget, it says so: once in a period.
   */
  settle(call: ModelCall, person: string, usage?: Usage): Promise<NearBudget[]>;
  /** Of a workspace in a day (`2026-11-05`, kept for 40 days) or a month (`2026-11`, kept for 400), in no order. */
  totals(team: string, period: string): Promise<OwnerUsage[]>;
  /** Those of which something is counted in a day or month. Looks at every key there is. */
  workspaces(period: string): Promise<string[]>;
}
