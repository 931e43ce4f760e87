/** Loses keys of the bot's queue, as a failover to an old replica does. */
import type { Redis } from 'ioredis';
import { conversationOf, fleetKeys, pendingPattern, queueKeys, WAKES } from '../../src/redis/keys.js';
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
  await redis.del(...fleetKeys(), ...queueKeys(WAKES));
}

export async function orphan(redis: Redis, left: OrphanKind): Promise<void> {
  const [due = '', suspects = '', held = '', again = ''] = queueKeys(WAKES);
  const [pending, states] = await Promise.all([redis.keys(pendingPattern()), redis.keys(STATES)]);
  const asked = pending.flatMap((name) => conversationOf(name) ?? []);
  // An old failover may also bring back runs that had ended.
  const idle = states
    .flatMap((name) => conversationOf(name.replace(/:state$/, ':pending')) ?? [])
    .filter((key) => !asked.includes(key))
    .slice(0, left === 'held' ? IDLE_ORPHANS : 0);
  const jobs = [...asked, ...idle];
  if (jobs.length === 0) return;
  const changes = redis
    .multi()
    .zrem(due, ...jobs)
    .zrem(suspects, ...jobs)
    .srem(again, ...jobs);
  if (left === 'removed') changes.hdel(held, ...jobs);
  else changes.hset(held, Object.fromEntries(jobs.map((job) => [job, RUN_OF_NOBODY])));
  await changes.exec();
}
