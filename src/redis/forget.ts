import type { Redis } from 'ioredis';
import type { RedisConfig } from '../config/config.js';
import { mastersOf, redisClient } from './client.js';

const KEYS_AT_ONCE = 500;
/** Short, because keys are deleted at shutdown, when Redis may already be gone. */
const TIMEOUT_MS = 2_000;

/** Deletes every key with the prefix, conversations and queue alike. Gives up silently when Redis is unreachable. */
export async function deleteAllKeys(config: RedisConfig): Promise<void> {
  const redis = redisClient(config, {
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  redis.on('error', () => {});
  try {
    await redis.connect();
    await Promise.all(mastersOf(redis).map((master) => deleteKeysOn(master, config.prefix)));
  } catch {
    // The remaining keys expire, except a few of the queue.
  } finally {
    // A client that never connected has ended already: ioredis would wait in vain for its connection to close.
    if (redis.status !== 'end') redis.disconnect();
  }
}

async function deleteKeysOn(master: Redis, prefix: string): Promise<void> {
  // The pattern is wide to match `prefix:` and `{prefix}:` in one scan, because each scan visits the whole database.
  const scan = master.scanStream({ match: `*${prefix}*`, count: KEYS_AT_ONCE }) as AsyncIterable<string[]>;
  for await (const keys of scan) {
    const own = keys.filter((key) => key.startsWith(`${prefix}:`) || key.startsWith(`{${prefix}}:`));
    // One key per command, because in a cluster the keys of a command must be in one slot.
    await Promise.all(own.map((key) => master.unlink(key)));
  }
}
