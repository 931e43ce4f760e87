import type { SweepTimes } from '../../src/storage.js';

/** Minutes in the bot, which would be most of a run. */
export const SWEEP: SweepTimes = { everyMs: 5_000, leastAgeMs: 10_000 };
/** The sweeper looks, and takes no question for a forgotten one. */
export const NO_SWEEP: SweepTimes = { ...SWEEP, leastAgeMs: Number.POSITIVE_INFINITY };
