import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Limits } from '../core/ports.js';
import { limitsOver } from '../core/rate-limits.js';
import type { LimitSettings } from '../core/settings.js';

/** Rate limits counted in this process only. */
export function memoryLimits(settings: LimitSettings): Limits {
  // Only counts: `points` is not used as a limit, `limitsOver` compares.
  const counter = new RateLimiterMemory({ points: 0, duration: settings.windowMs / 1_000, keyPrefix: '' });
  return limitsOver(settings, async (name, points, lifeMs = settings.windowMs) => {
    const { consumedPoints, msBeforeNext } = await counter.penalty(name, points, { customDuration: lifeMs / 1_000 });
    return { points: consumedPoints, restMs: msBeforeNext };
  });
}
