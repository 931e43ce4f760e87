import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { Limits } from '../core/ports.js';
import { limitsOver } from '../core/rate-limits.js';
import type { LimitSettings } from '../core/settings.js';
import type { RedisClient } from './client.js';
import { limitKey } from './keys.js';

/** Rate limits counted in Redis, shared by all processes. */
export function redisLimits(redis: RedisClient, settings: LimitSettings, prefix?: string): Limits {
  // Only counts: `points` is not used as a limit, `limitsOver` compares.
  const counter = new RateLimiterRedis({
    storeClient: redis,
    points: 0,
    duration: settings.windowMs / 1_000,
    keyPrefix: '',
  });
  return limitsOver(settings, async (name, points, lifeMs = settings.windowMs) => {
    const { consumedPoints, msBeforeNext } = await counter.penalty(limitKey(name, prefix), points, {
      customDuration: lifeMs / 1_000,
    });
    return { points: consumedPoints, restMs: msBeforeNext };
  });
}
