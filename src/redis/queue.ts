import type { Result } from 'ioredis';
import type { ConversationKey } from '../core/conversation-id.js';
import { logFailedAttempt } from '../core/failed-attempt.js';
import type { Clock, Logger, WorkQueue } from '../core/ports.js';
import { ATTEMPTS_BEFORE_APOLOGY, MAX_ATTEMPTS } from '../core/retry-policy.js';
import { redisJobs, type RedisQueueOptions } from './jobs.js';
import { queueKeys, WAKES } from './keys.js';
import type { ProcessLease } from './lease.js';
import { defineQueueScript } from './script.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    skeinWake(...keysAndArguments: string[]): Result<string[], Context>;
  }
}

export interface RedisQueue extends WorkQueue {
  /** Whether no run of the conversation is to come: it neither runs nor waits for its time. */
  isIdle(key: ConversationKey): Promise<boolean>;
}

/** Wake-ups of conversations: one job for each, however often it is woken. */
export function redisQueue(lease: ProcessLease, options: RedisQueueOptions, clock: Clock, logger: Logger): RedisQueue {
  const { redis } = lease;
  const jobs = redisJobs(
    lease,
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
  const { keys } = jobs;
  defineQueueScript(redis, 'skeinWake', 'wake', keys.length);
  const [due = '', suspects = '', held = ''] = queueKeys(WAKES, lease.prefix);

  return {
    wake: (key) => jobs.send(key, (...call) => redis.skeinWake(...keys, ...call, key)),
    async isIdle(key) {
      const known = await Promise.all([redis.zscore(due, key), redis.zscore(suspects, key), redis.hget(held, key)]);
      return known.every((value) => value === null);
    },
    start: (onWake) =>
      jobs.start((job, signal) =>
        onWake({
          key: job.id,
          run: job.run,
          crashes: job.deaths,
          isGuilty: job.isGuilty,
          overdue: job.failed + 1 >= ATTEMPTS_BEFORE_APOLOGY,
          settled: () => jobs.clearTries(job),
          signal,
        }),
      ),
    stop: (timeoutMs) => jobs.stop(timeoutMs),
  };
}
