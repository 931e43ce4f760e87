/** How long a prompt may get. Pure. */
import type { ModelLimits } from './ports.js';

/** Where nobody says how much: beyond it the models with the largest windows ask twice the price for every token. */
const MOST = 272_000;

/** Tokens of the longest prompt behind which the longest answer still has room; `most` is what the settings allow. */
export function promptBudget({ contextWindow, maxOutput }: ModelLimits, most = MOST): number {
  return Math.min(contextWindow - maxOutput, most);
}
