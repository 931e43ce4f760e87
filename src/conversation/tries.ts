/** How a conversation whose answer failed is tried again; the same for every queue. */

/** With the delays below: up to four minutes in all, besides what each try takes. */
export const TRIES = 10;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 120_000;

/** Doubles with each try, spread by up to a half so that what failed together does not come back together. `random`: 0 to 1. */
export function retryDelayMs(tries: number, random: number): number {
  const delay = Math.min(FIRST_DELAY_MS * 2 ** (tries - 1), LONGEST_DELAY_MS);
  return Math.round(delay * (1 - random / 2));
}
