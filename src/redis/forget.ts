import { Redis } from 'ioredis';

const KEYS_AT_ONCE = 500;
/** Whoever goes does not wait long for a Redis that has gone before. */
const TIMEOUT_MS = 2_000;

/** Removes every key of a prefix, conversations and queue alike. Gives up silently when Redis is away. Of one server, not of a cluster. */
export async function forgetAll(url: string, prefix: string): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: TIMEOUT_MS, commandTimeout: TIMEOUT_MS, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on('error', () => {});
  try {
    await redis.connect();
    // One pass over everything that others keep there, so the pattern is wider than what is meant.
    const names = redis.scanStream({ match: `*${prefix}*`, count: KEYS_AT_ONCE }) as AsyncIterable<string[]>;
    for await (const found of names) {
      const own = found.filter((name) => name.startsWith(`${prefix}:`) || name.startsWith(`{${prefix}}:`));
      if (own.length > 0) await redis.unlink(...own);
    }
  } catch {
    // What is left expires by itself, but for the queue's few keys.
  } finally {
    // Of one that never connected, ioredis would wait two seconds for the end.
    if (redis.status !== 'end') redis.disconnect();
  }
}
