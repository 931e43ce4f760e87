/** A test's Redis: one server, a cluster, or a master with Sentinels. */
import type { RedisConfig } from '../../src/config/config.js';
import { readConfig } from '../../src/config/read-config.js';
import { mastersOf, redisClient } from '../../src/redis/client.js';

export interface RedisPlace {
  /** The bot's settings for it, as environment variables. */
  readonly env: { readonly REDIS_URL: string; readonly [setting: string]: string };
  /** Final: it cannot be started again. */
  stop(): Promise<void>;
}

/** The place's settings, parsed like the bot's. */
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
