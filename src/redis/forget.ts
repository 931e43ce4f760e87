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
    for (const match of [`${prefix}:*`, `{${prefix}}:*`]) {
      const names = redis.scanStream({ match, count: KEYS_AT_ONCE }) as AsyncIterable<string[]>;
      for await (const found of names) if (found.length > 0) await redis.unlink(...found);
    }
  } catch {
    // What is left expires by itself, but for the queue's few keys.
  } finally {
    // Of one that never connected, ioredis would wait two seconds for the end.
    if (redis.status !== 'end') redis.disconnect();
  }
}
