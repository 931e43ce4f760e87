import type { Redis } from 'ioredis';
import type { RedisConfig } from '../config/config.js';
import { mastersOf, redisClient } from './client.js';

const KEYS_AT_ONCE = 500;
/** Whoever goes does not wait long for a Redis that has gone before. */
const TIMEOUT_MS = 2_000;

/** Removes every key of the prefix, conversations and queue alike. Gives up silently when Redis is away. */
export async function forgetAll(config: RedisConfig): Promise<void> {
  const redis = redisClient(config, {
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  redis.on('error', () => {});
  try {
    await redis.connect();
    await Promise.all(mastersOf(redis).map((master) => forgetOn(master, config.prefix)));
  } catch {
    // What is left expires by itself, but for the queue's few keys.
  } finally {
    // Of one that never connected, ioredis would wait for the end in vain.
    if (redis.status !== 'end') redis.disconnect();
  }
}

async function forgetOn(master: Redis, prefix: string): Promise<void> {
  // One pass over everything that others keep there, so the pattern is wider than what is meant.
  const names = master.scanStream({ match: `*${prefix}*`, count: KEYS_AT_ONCE }) as AsyncIterable<string[]>;
  for await (const found of names) {
    const own = found.filter((name) => name.startsWith(`${prefix}:`) || name.startsWith(`{${prefix}}:`));
    // One by one: a cluster's command is for one slot.
    await Promise.all(own.map((name) => master.unlink(name)));
  }
}
