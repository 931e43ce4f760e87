import { LRUCache } from 'lru-cache';
import type { Clock, Logger, People } from '../../core/ports.js';
import { settlesWithin } from '../../core/shutdown.js';
import { cutAt, wellFormed } from '../../core/text.js';
import type { Workspaces } from './workspaces.js';

const MAX_CACHED = 20_000;
const CACHE_TTL_MS = 60 * 60_000;
/** A failed look-up is repeated after this. */
const FAILURE_TTL_MS = 60_000;
const MAX_NAME_LENGTH = 60;
/** One message can mention hundreds of people, and `users.info` tells of one: Slack allows about 100 calls a minute. */
const MAX_LOOK_UPS = 50;
const LOOK_UPS_AT_ONCE = 4;
/** An answer does not wait longer for names. */
const MAX_WAIT_MS = 500;

interface Person {
  team: string;
  id: string;
}

export interface SlackPeople extends People {
  /** Starts to look up these people, so that a prompt soon after need not wait. Never throws. */
  lookUpAhead(team: string, ids: Iterable<string>): void;
}

/**
 * Display names from `users.info`. Each is looked up at most once an hour and never twice at the same time; an older name
 * is used while it is refreshed, and when that fails: a name that came and went would change the whole prompt.
 */
export function slackPeople(workspaces: Workspaces, clock: Clock, logger: Logger): SlackPeople {
  const cache = new LRUCache<string, { name: string | undefined }, Person>({
    max: MAX_CACHED,
    ttl: CACHE_TTL_MS,
    perf: clock,
    ttlResolution: 0,
    fetchMethod: async (_key, stale, { options, context: { team, id } }) => {
      try {
        const { client } = await workspaces.of(team);
        const { user } = await client.users.info({ user: id });
        const { profile } = user ?? {};
        return { name: clean(profile?.display_name || profile?.real_name || user?.real_name || user?.name || '') };
      } catch (error) {
        logger.warn({ err: error, user: id }, 'cannot look up the name of a person');
        options.ttl = FAILURE_TTL_MS;
        return { name: stale?.name };
      }
    },
  });

  const keyOf = (team: string, id: string): string => `${team}:${id}`;
  const knownName = (team: string, id: string): string | undefined =>
    cache.peek(keyOf(team, id), { allowStale: true })?.name;

  /** Resolves when the first of these people have names, older ones among them, or have none. */
  async function lookUp(team: string, ids: readonly string[]): Promise<void> {
    // All workers take from the same list.
    const rest = ids.slice(0, MAX_LOOK_UPS).values();
    const worker = async (): Promise<void> => {
      for (const id of rest) {
        const allowStale = knownName(team, id) !== undefined;
        // Rejects only if the cache is so full that the look-up was dropped.
        await cache.fetch(keyOf(team, id), { context: { team, id }, allowStale }).catch(() => {});
      }
    };
    await Promise.all(Array.from({ length: LOOK_UPS_AT_ONCE }, worker));
  }

  return {
    async names(team, ids) {
      const all = [...ids];
      await settlesWithin(MAX_WAIT_MS, lookUp(team, all), clock);
      return new Map(
        all.flatMap((id) => {
          const name = knownName(team, id);
          return name ? [[id, name] as const] : [];
        }),
      );
    },

    lookUpAhead(team, ids) {
      void lookUp(team, [...ids]);
    },
  };
}

/** A name must not look like several lines, or like a speaker with a colon. */
function clean(name: string): string {
  return cutAt(wellFormed(name.replace(/[\s:]+/g, ' ').trim()), MAX_NAME_LENGTH);
}
