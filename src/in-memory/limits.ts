import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { LimitSettings } from '../core/settings.js';
import { limitsOver } from '../core/rate-limits.js';
import type { Limits } from '../core/ports.js';

/** Counted in this process alone. */
export function memoryLimits(settings: LimitSettings): Limits {
  // Its own limit is not asked: it counts, and `limitsOver` compares.
  const counter = new RateLimiterMemory({ points: 0, duration: settings.windowMs / 1_000, keyPrefix: '' });
  return limitsOver(settings, async (name, points) => {
    const { consumedPoints, msBeforeNext } = await counter.penalty(name, points);
    return { points: consumedPoints, restMs: msBeforeNext };
  });
}
