import type { Result } from 'ioredis';
import type { ConversationKey } from '../core/conversation-id.js';
import { logFailedAttempt } from '../core/failed-attempt.js';
import type { Clock, Logger, WorkQueue } from '../core/ports.js';
import { ATTEMPTS_BEFORE_APOLOGY, MAX_ATTEMPTS } from '../core/retry-policy.js';
import { redisJobs, type RedisQueueOptions } from './jobs.js';
import { queueKeys, WAKES } from './keys.js';
import type { ProcessLease } from './lease.js';
import { defineQueueScript } from './script.js';
import { numberOfKeys } from './shard.js';
import { redisShards } from './shards.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    skeinWake(...keysAndArguments: string[]): Result<string[], Context>;
  }
}

export interface RedisQueue extends WorkQueue {
  /** Whether no run of the conversation is to come: it neither runs nor waits for its time. */
  isIdle(key: ConversationKey): Promise<boolean>;
  /** Call when Redis answers, before the first wake-up. */
  open(): Promise<void>;
}

/**
 * Wake-ups of conversations: one job for each, however often it is woken. `leaseOf`: the lease of this process in one of
 * the `shards` that they are spread over.
 */
export function redisQueue(
  leaseOf: (shard: number) => ProcessLease,
  options: RedisQueueOptions & { readonly shards?: number },
  clock: Clock,
  logger: Logger,
): RedisQueue {
  const lease = leaseOf(0);
  const { redis, prefix } = lease;
  const shards = redisShards(lease, options.shards ?? 1, clock, logger);
  const jobs = redisJobs(
    leaseOf,
    {
      ...options,
      name: WAKES,
      maxAttempts: MAX_ATTEMPTS,
      failed({ id, failed: tries }, error, isLast) {
        logFailedAttempt('conversation', { id, error, tries, isLast }, logger);
      },
    },
    clock,
    logger,
  );
  defineQueueScript(redis, 'skeinWake', 'wake', numberOfKeys());

  const wake = (key: ConversationKey): Promise<void> =>
    jobs.send(key, (keys, ...call) => redis.skeinWake(...keys, ...call, key), shards.of(key));

  return {
    wake,
    open: () => shards.read(),
    async isIdle(key) {
      const [due = '', suspects = '', held = ''] = queueKeys(WAKES, prefix, shards.of(key));
      const known = await Promise.all([redis.zscore(due, key), redis.zscore(suspects, key), redis.hget(held, key)]);
      return known.every((value) => value === null);
    },
    async start(onWake) {
      await shards.agree();
      await jobs.start(async (job, signal) => {
        // The number of shards was another one. It runs there, or two processes could run it at the same time.
        if (job.shard.number !== shards.of(job.id)) {
          await wake(job.id);
          return undefined;
        }
        return onWake({
          key: job.id,
          run: job.run,
          crashes: job.deaths,
          isGuilty: job.isGuilty,
          overdue: job.failed + 1 >= ATTEMPTS_BEFORE_APOLOGY,
          settled: () => jobs.clearTries(job),
          signal,
        });
      }, shards.served);
    },
    async stop(timeoutMs) {
      await jobs.stop(timeoutMs);
      await shards.leave();
    },
  };
}
