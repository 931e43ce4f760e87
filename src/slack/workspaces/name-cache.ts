/** What Slack is asked for names with: few look-ups, a few at once, none that holds up an answer. */
import { LRUCache } from 'lru-cache';
import { atMost } from '../../core/cache-size.js';
import type { Clock } from '../../core/ports.js';
import { settlesWithin } from '../../core/shutdown.js';

const MAX_CACHED = 20_000;
const CACHE_TTL_MS = 60 * 60_000;
/** A failed look-up is repeated after this. */
const FAILURE_TTL_MS = 60_000;
const LOOK_UPS_AT_ONCE = 4;
/** An answer does not wait longer for names. */
const MAX_WAIT_MS = 500;

/** Result of a look-up. `failed`: Slack did not tell; an earlier answer stays in use. */
export type LookedUp<Value> = { value: Value | undefined } | 'failed';

export interface NameCache<Item, Value> {
  /** The last known value, however old. */
  known(item: Item): Value | undefined;
  /** Resolves when the first `most` of these are known or cannot be, and after half a second at the latest. */
  prepare(items: readonly Item[]): Promise<void>;
  /** The same without waiting. Never throws. */
  lookUpAhead(items: readonly Item[]): void;
  /** Its value is another one now: it is looked up again, and a look-up under way does not count. */
  forget(item: Item): void;
}

export interface NameCacheOptions<Item, Value> {
  keyOf: (item: Item) => string;
  /** Must not throw. */
  lookUp: (item: Item) => Promise<LookedUp<Value>>;
  /** Look-ups for one prompt. */
  most: number;
  /** Default: an hour. */
  ttlMs?: number;
  clock: Clock;
}

/**
 * Each value is looked up at most once an hour and never twice at the same time; an older one is used while it is
 * refreshed, and when that fails: a name that came and went would change the whole prompt.
 */
export function nameCache<Item, Value>(options: NameCacheOptions<Item, Value>): NameCache<Item, Value> {
  const { keyOf, clock } = options;
  const cache = new LRUCache<string, { value: Value | undefined }, { item: Item }>({
    ...atMost(MAX_CACHED),
    ttl: options.ttlMs ?? CACHE_TTL_MS,
    perf: clock,
    ttlResolution: 0,
    fetchMethod: async (_key, stale, { options: entry, context }) => {
      const found = await options.lookUp(context.item);
      if (found !== 'failed') return found;
      entry.ttl = FAILURE_TTL_MS;
      return { value: stale?.value };
    },
  });

  const known = (item: Item): Value | undefined => cache.peek(keyOf(item), { allowStale: true })?.value;

  async function lookUp(items: readonly Item[]): Promise<void> {
    // All workers take from the same list.
    const rest = items.slice(0, options.most).values();
    const worker = async (): Promise<void> => {
      for (const item of rest) {
        const allowStale = known(item) !== undefined;
        // Rejects only if the cache is so full that the look-up was dropped.
        await cache.fetch(keyOf(item), { context: { item }, allowStale }).catch(() => {});
      }
    };
    await Promise.all(Array.from({ length: LOOK_UPS_AT_ONCE }, worker));
  }

  return {
    known,
    async prepare(items) {
      await settlesWithin(MAX_WAIT_MS, lookUp(items), clock);
    },
    lookUpAhead(items) {
      void lookUp(items);
    },
    forget(item) {
      cache.delete(keyOf(item));
    },
  };
}
