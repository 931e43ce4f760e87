/** Loses keys of the bot's queue, as a failover to an old replica does. */
import type { Redis } from 'ioredis';
import { conversationOf, fleetKeys, pendingPattern, queueKeys, shardKeys, WAKES } from '../../src/redis/keys.js';
import type { OrphanKind } from '../faults/surroundings.js';

/** Run of a process that has never been. */
const RUN_OF_NOBODY = 'nobody:1:1';
const STATES = 'skein:{*}:state';
/** Conversations without a pending question that become orphans as well. */
const IDLE_ORPHANS = 3;

/**
 * Deletes who lives and what waits, runs and failed. The requests stay: what a command said is kept in the queue alone,
 * and nobody could answer it.
 */
export async function wipeQueue(redis: Redis): Promise<void> {
  for (const shard of await shardsOf(redis))
    await redis.del(...fleetKeys(undefined, shard), ...queueKeys(WAKES, undefined, shard));
}

async function shardsOf(redis: Redis): Promise<number[]> {
  const served = Number((await redis.hget(shardKeys().shards, 'served')) ?? 1);
  return Array.from({ length: served }, (_, shard) => shard);
}

export async function orphan(redis: Redis, left: OrphanKind): Promise<void> {
  const [pending, states] = await Promise.all([redis.keys(pendingPattern()), redis.keys(STATES)]);
  const asked = pending.flatMap((name) => conversationOf(name) ?? []);
  // An old failover may also bring back runs that had ended.
  const idle = states
    .flatMap((name) => conversationOf(name.replace(/:state$/, ':pending')) ?? [])
    .filter((key) => !asked.includes(key))
    .slice(0, left === 'held' ? IDLE_ORPHANS : 0);
  const jobs = [...asked, ...idle];
  if (jobs.length === 0) return;
  const shards = await shardsOf(redis);
  const changes = redis.multi();
  for (const shard of shards) {
    const [due = '', suspects = '', held = '', again = ''] = queueKeys(WAKES, undefined, shard);
    changes
      .zrem(due, ...jobs)
      .zrem(suspects, ...jobs)
      .srem(again, ...jobs)
      .hdel(held, ...jobs);
    // In any shard: the process that takes it over moves it to its own.
    const here = jobs.filter((_, at) => at % shards.length === shard);
    if (left === 'held' && here.length > 0)
      changes.hset(held, Object.fromEntries(here.map((job) => [job, RUN_OF_NOBODY])));
  }
  await changes.exec();
}
