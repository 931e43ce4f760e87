/** How a conversation whose answer failed is tried again; the same for every queue. */

/** After so many failures, about four minutes, the people in the thread are told, if that is possible. */
export const ATTEMPTS_BEFORE_APOLOGY = 10;
/** Slack or Redis may be away for long, and the question is not lost for that: with the delays below, about a day. */
export const MAX_ATTEMPTS = 150;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 600_000;

/** Doubles with each try, spread by up to a half so that what failed together does not come back together. `random`: 0 to 1. */
export function retryDelayMs(tries: number, random: number): number {
  const delay = Math.min(FIRST_DELAY_MS * 2 ** (tries - 1), LONGEST_DELAY_MS);
  return Math.round(delay * (1 - random / 2));
}
