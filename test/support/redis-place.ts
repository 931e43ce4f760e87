/** Where a test finds its Redis, however many servers it is. */
import { readConfig } from '../../src/config/read-config.js';
import type { RedisConfig } from '../../src/config/config.js';
import { mastersOf, redisClient } from '../../src/redis/client.js';

export interface RedisPlace {
  /** The settings that lead a bot there, as in the environment. */
  readonly env: { readonly REDIS_URL: string; readonly [setting: string]: string };
  /** For good. */
  stop(): Promise<void>;
}

/** The settings as a bot reads them. */
export function redisConfig({ env }: Pick<RedisPlace, 'env'>): RedisConfig {
  return readConfig({ SLACK_BOT_TOKEN: 'xoxb-none', SLACK_APP_TOKEN: 'xapp-none', OPENAI_API_KEY: 'none', ...env })
    .redis;
}

/** Removes all keys. */
export async function empty(place: RedisPlace): Promise<void> {
  const client = redisClient(redisConfig(place), { retryStrategy: () => null, maxRetriesPerRequest: 0 });
  await client.connect();
  await Promise.all(mastersOf(client).map((master) => master.flushall()));
  client.disconnect();
}
