/** How long a prompt may get. Pure. */
import type { ModelLimits } from './ports.js';

/** Tokens of the longest prompt behind which the longest answer still has room; `most` is what the settings allow. */
export function promptBudget({ contextWindow, maxOutput }: ModelLimits, most = Infinity): number {
  return Math.min(contextWindow - maxOutput, most);
}
