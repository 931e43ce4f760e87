import type { WebClient } from '@slack/web-api';
import { LRUCache } from 'lru-cache';
import type { Logger, People } from '../../core/ports.js';

const CACHED_PEOPLE = 20_000;
const CACHE_TTL_MS = 60 * 60_000;
/** Somebody who could not be looked up is tried again after this. */
const FAILURE_TTL_MS = 60_000;
const LONGEST_NAME = 60;

/** Display names from `users.info`, looked up once an hour at most and never twice at the same time. */
export function slackPeople(client: WebClient, logger: Logger): People {
  const cache = new LRUCache<string, { name: string | undefined }>({
    max: CACHED_PEOPLE,
    ttl: CACHE_TTL_MS,
    fetchMethod: async (id, _, { options }) => {
      try {
        const { user } = await client.users.info({ user: id });
        return {
          name: cleaned(user?.profile?.display_name || user?.profile?.real_name || user?.real_name || user?.name || ''),
        };
      } catch (error) {
        logger.warn({ err: error, user: id }, 'the name of a person cannot be looked up');
        options.ttl = FAILURE_TTL_MS;
        return { name: undefined };
      }
    },
  });

  return {
    async names(ids) {
      const looked = await Promise.all([...ids].map(async (id) => [id, (await cache.fetch(id))?.name] as const));
      return new Map(looked.flatMap(([id, name]) => (name ? [[id, name] as const] : [])));
    },
  };
}

/** A name must not read as several lines, nor as a speaker of its own. */
function cleaned(name: string): string {
  return name
    .replace(/[\s:]+/g, ' ')
    .trim()
    .slice(0, LONGEST_NAME);
}
