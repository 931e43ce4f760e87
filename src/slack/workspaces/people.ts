import { LRUCache } from 'lru-cache';
import type { Logger, People } from '../../core/ports.js';
import type { Workspaces } from './workspaces.js';

const MAX_CACHED = 20_000;
const CACHE_TTL_MS = 60 * 60_000;
/** A failed look-up is repeated after this. */
const FAILURE_TTL_MS = 60_000;
const MAX_NAME_LENGTH = 60;

interface Person {
  team: string;
  id: string;
}

/** Display names from `users.info`, each looked up at most once an hour and never twice at the same time. */
export function slackPeople(workspaces: Workspaces, logger: Logger): People {
  const cache = new LRUCache<string, { name: string | undefined }, Person>({
    max: MAX_CACHED,
    ttl: CACHE_TTL_MS,
    fetchMethod: async (_key, _stale, { options, context: { team, id } }) => {
      try {
        const { client } = await workspaces.of(team);
        const { user } = await client.users.info({ user: id });
        const { profile } = user ?? {};
        return { name: clean(profile?.display_name || profile?.real_name || user?.real_name || user?.name || '') };
      } catch (error) {
        logger.warn({ err: error, user: id }, 'cannot look up the name of a person');
        options.ttl = FAILURE_TTL_MS;
        return { name: undefined };
      }
    },
  });

  async function nameOf(team: string, id: string): Promise<string | undefined> {
    const found = await cache.fetch(`${team}:${id}`, { context: { team, id } });
    return found?.name;
  }

  return {
    async names(team, ids) {
      const found = await Promise.all(Array.from(ids, async (id) => [id, await nameOf(team, id)] as const));
      return new Map(found.flatMap(([id, name]) => (name ? [[id, name] as const] : [])));
    },
  };
}

/** A name must not look like several lines, or like a speaker with a colon. */
function clean(name: string): string {
  return name
    .replace(/[\s:]+/g, ' ')
    .trim()
    .slice(0, MAX_NAME_LENGTH);
}
