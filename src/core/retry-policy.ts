/** When and how often something is tried again. */

export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/**
 * Milliseconds before the next attempt: doubles with each one. `attempt`: the one that failed, from 1. `random`, 0 to 1,
 * takes off up to half, so that what failed together does not come back together.
 */
export function backoffMs({ firstMs, longestMs }: Backoff, attempt: number, random = 0): number {
  return Math.round(Math.min(firstMs * 2 ** (attempt - 1), longestMs) * (1 - random / 2));
}

/** After this many failures, about four minutes, the people in the thread are told if possible. */
export const ATTEMPTS_BEFORE_APOLOGY = 10;
/** Slack or Redis may be away for long: with this backoff, a question is tried for about a day. */
export const MAX_ATTEMPTS = 150;
/** A request, such as a command, is given up after about a quarter of an hour: nobody waits for it any longer. */
export const MAX_REQUEST_ATTEMPTS = 12;
/** For one attempt. */
export const REQUEST_TIME_LIMIT_MS = 60_000;
const ANSWER_BACKOFF: Backoff = { firstMs: 500, longestMs: 600_000 };

/** Milliseconds before a conversation or a request is tried again; the same for every queue. */
export function retryDelayMs(attempt: number, random: number): number {
  return backoffMs(ANSWER_BACKOFF, attempt, random);
}

/** For writes that must not be given up while the store fails over: half a minute. */
export const STORE_RETRY = { attempts: 30, everyMs: 1_000 } as const;
