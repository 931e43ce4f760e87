import { DelayedError, type Job } from 'bullmq';
import type { Result } from 'ioredis';
import type { ConversationKey } from '../core/conversation-id.js';
import { logFailedAttempt } from '../core/failed-attempt.js';
import type { Clock, Logger, WorkQueue } from '../core/ports.js';
import { ATTEMPTS_BEFORE_APOLOGY, MAX_ATTEMPTS } from '../core/retry-policy.js';
import type { RedisConnections } from './connection.js';
import { redisJobs, type RedisQueueOptions, requeue } from './jobs.js';
import { WAKES } from './keys.js';
import { defineScript } from './script.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    skeinTakeWakeUp(lock: string, wakeUp: string, token: string): Result<number, Context>;
    skeinResetAttempts(job: string, lock: string, token: string): Result<number, Context>;
    skeinDropJob(latest: string, job: string, id: string, deletes: string): Result<number, Context>;
  }
}

const MAX_TAKEOVERS = 5;
const FAILED_JOBS_KEPT = 1_000;

interface WakeJob {
  key: string;
}

export interface RedisQueue extends WorkQueue {
  /** Whether no job of the conversation will run: none waits, is delayed or active. */
  isIdle(key: ConversationKey): Promise<boolean>;
  /** Wakes an idle conversation; false if it is not idle. */
  revive(key: ConversationKey): Promise<boolean>;
}

/** A job in one of these will not run any more. `unknown`: its hash, if there is one, is in no list of the queue. */
const OVER: ReadonlySet<string> = new Set(['unknown', 'failed', 'completed']);

/** Wake-ups through BullMQ: one job per conversation. */
export function redisQueue(
  connections: RedisConnections,
  options: RedisQueueOptions,
  clock: Clock,
  logger: Logger,
): RedisQueue {
  const { commands } = connections;
  const jobs = redisJobs<WakeJob>(
    connections,
    {
      ...options,
      name: WAKES,
      maxTakeovers: MAX_TAKEOVERS,
      failed(job, error, isLast) {
        logFailedAttempt('conversation', { id: job?.data.key, error, tries: job?.attemptsMade, isLast }, logger);
      },
    },
    clock,
    logger,
  );
  const { queue } = jobs;
  defineScript(commands, 'skeinTakeWakeUp', 'take-wake-up', 2);
  defineScript(commands, 'skeinResetAttempts', 'reset-attempts', 2);
  defineScript(commands, 'skeinDropJob', 'drop-job', 2);

  async function resetAttempts(job: Job<WakeJob>, token: string): Promise<void> {
    if (job.stalledCounter === 0 && job.attemptsMade === 0) return;
    Object.assign(job, { stalledCounter: 0, attemptsMade: 0 });
    try {
      await commands.skeinResetAttempts(queue.toKey(String(job.id)), queue.toKey(`${job.id}:lock`), token);
    } catch (error) {
      const facts = { conversation: job.data.key, err: error };
      logger.debug(facts, 'cannot reset the crash and attempt counts of a conversation');
    }
  }

  /**
   * Runs the job again after `ms`, without counting an attempt. At once if a wake-up came during the run, because it
   * may be from a person who need not wait. Always throws, as BullMQ requires.
   */
  async function postpone(job: Job<WakeJob>, token: string, ms: number): Promise<never> {
    const wakeUp = queue.toKey(`dn:${job.data.key}`);
    const taken = await commands.skeinTakeWakeUp(queue.toKey(`${job.id}:lock`), wakeUp, token);
    if (taken === 1) return requeue(job, token);
    await job.moveToDelayed(Date.now() + ms, token);
    // A wake-up may have come between the two commands. If Redis fails now, the wake-up waits until the delay is over.
    const wakeIfRequested = async (): Promise<void> => {
      if ((await commands.exists(wakeUp)) === 1) await wake(job.data.key);
    };
    await wakeIfRequested().catch((error: unknown) =>
      logger.debug(
        { err: error },
        'cannot check for a wake-up of a postponed conversation: it may wait until the delay is over',
      ),
    );
    throw new DelayedError();
  }

  async function wake(key: ConversationKey): Promise<void> {
    await queue.add(
      'wake',
      { key },
      {
        // `reschedule`: a wake-up ends the wait before the next attempt.
        deduplication: { id: key, keepLastIfActive: true, reschedule: true },
        attempts: MAX_ATTEMPTS,
        backoff: { type: 'custom' },
        removeOnComplete: true,
        removeOnFail: FAILED_JOBS_KEPT,
      },
    );
  }

  /** The job that wake-ups are deduplicated by. */
  async function jobOf(key: ConversationKey): Promise<{ id: string; state: string } | undefined> {
    const id = await queue.getDeduplicationJobId(key);
    return id === null ? undefined : { id, state: await queue.getJobState(id) };
  }

  async function revive(key: ConversationKey): Promise<boolean> {
    const job = await jobOf(key);
    if (job && !OVER.has(job.state)) return false;
    if (job) {
      // Otherwise the wake-up would count as a duplicate of a job that never runs.
      const isLost = job.state === 'unknown' ? '1' : '0';
      await commands.skeinDropJob(queue.toKey(`de:${key}`), queue.toKey(job.id), job.id, isLost);
    }
    await wake(key);
    return true;
  }

  return {
    wake,
    async isIdle(key) {
      const job = await jobOf(key);
      return job === undefined || OVER.has(job.state);
    },
    revive,
    start: (onWake) =>
      jobs.start(async (job, token, abortable) => {
        const overdue = job.attemptsMade + 1 >= ATTEMPTS_BEFORE_APOLOGY;
        const { data, stalledCounter: crashes } = job;
        const settled = (): Promise<void> => resetAttempts(job, token);
        const postponed = await abortable((signal) =>
          onWake({ key: data.key, run: token, crashes, overdue, settled, signal }),
        );
        if (postponed) await postpone(job, token, postponed.retryInMs);
      }),
    stop: (timeoutMs) => jobs.stop(timeoutMs),
  };
}
