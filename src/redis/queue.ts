import { DelayedError, type Job, Queue, WaitingError, Worker } from 'bullmq';
import type { Result } from 'ioredis';
import type { Clock, Logger, WakeHandler, WorkQueue } from '../core/ports.js';
import { endsWithin, Runs, untilDone } from '../core/shutdown.js';
import { MAX_ATTEMPTS, retryDelayMs, ATTEMPTS_BEFORE_APOLOGY } from '../core/retry-policy.js';
import type { ConversationKey } from '../core/conversation-id.js';
import type { RedisConnections } from './connection.js';
import { QUEUE_NAME, queuePrefix } from './keys.js';
import { defineScript } from './script.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    skeinWoken(lock: string, wakeUp: string, token: string): Result<number, Context>;
    skeinSettled(job: string, lock: string, token: string): Result<number, Context>;
  }
}

/**
 * A worker renews its lock on a conversation at half of this, and one that stopped renewing is dead: another takes the
 * conversation over at the next look for stalled jobs. Measured: 6 s after a kill -9 with 5 s and 2 s.
 */
const LOCK_MS = 8_000;
const STALLED_CHECK_MS = 3_000;
/** How often a conversation may outlive its worker with nothing settled; one that kills every worker must end some day. */
const MOST_TAKEOVERS = 5;
const FAILED_JOBS_KEPT = 1_000;
/** For telling Redis how the last runs ended and what is back in line. */
const HAND_OVER_MS = 3_000;

interface WakeJob {
  key: string;
}

export interface RedisQueueOptions {
  /** Conversations answered at once by this process. */
  readonly concurrency: number;
  readonly prefix?: string;
  /** Milliseconds before the next try. */
  readonly delayMs?: typeof retryDelayMs;
  /** How long a dead worker keeps its conversations, and how often one looks for such. */
  readonly lockMs?: number;
  readonly stalledCheckMs?: number;
}

/** Wake-ups through BullMQ: one job a conversation at most, one active in the whole fleet. */
export function redisQueue(
  connections: RedisConnections,
  options: RedisQueueOptions,
  clock: Clock,
  logger: Logger,
): WorkQueue {
  const { concurrency, delayMs = retryDelayMs, lockMs = LOCK_MS, stalledCheckMs = STALLED_CHECK_MS } = options;
  const prefix = queuePrefix(options.prefix);
  // Without waiting: where Redis is up only after the bot, BullMQ would never get over the first failure.
  const queue = new Queue<WakeJob>(QUEUE_NAME, {
    connection: connections.commands,
    prefix,
    skipWaitingForReady: true,
    skipVersionCheck: true,
  });
  defineScript(connections.commands, 'skeinWoken', 'woken', 2);
  defineScript(connections.commands, 'skeinSettled', 'settled', 2);
  // The connection reports its own outages.
  queue.on('error', () => {});
  let worker: Worker<WakeJob> | undefined;
  let closing = false;
  const runs = new Runs();

  async function process(handler: WakeHandler, job: Job<WakeJob>, token = '', lost?: AbortSignal): Promise<void> {
    // The worker may have been fetching at the moment it was told to close.
    if (closing) return backInLine(job, token);
    try {
      const overdue = job.attemptsMade + 1 >= ATTEMPTS_BEFORE_APOLOGY;
      const { data, stalledCounter: crashes } = job;
      const held = await runs.run(
        (signal) =>
          handler({ key: data.key, run: token, crashes, overdue, settled: () => countAnew(job, token), signal }),
        lost,
      );
      if (held) await holdBack(job, token, held.againInMs);
    } catch (error) {
      if (!runs.areAborted || error instanceof DelayedError || error instanceof WaitingError) throw error;
      await backInLine(job, token);
    }
  }

  async function countAnew(job: Job<WakeJob>, token: string): Promise<void> {
    if (job.stalledCounter === 0 && job.attemptsMade === 0) return;
    Object.assign(job, { stalledCounter: 0, attemptsMade: 0 });
    try {
      await connections.commands.skeinSettled(queue.toKey(String(job.id)), queue.toKey(`${job.id}:lock`), token);
    } catch (error) {
      logger.debug({ conversation: job.data.key, err: error }, 'deaths and failures that are over cannot be forgotten');
    }
  }

  async function close(): Promise<void> {
    await worker?.close();
    await queue.close();
  }

  /** At once and as if it had not been begun, be it that this process goes and another one is free. */
  async function backInLine(job: Job<WakeJob>, token: string): Promise<never> {
    await job.moveToWait(token);
    throw new WaitingError();
  }

  /** A wake-up that came during the run may be of somebody who need not wait. */
  async function holdBack(job: Job<WakeJob>, token: string, ms: number): Promise<never> {
    const wakeUp = queue.toKey(`dn:${job.data.key}`);
    const woken = await connections.commands.skeinWoken(queue.toKey(`${job.id}:lock`), wakeUp, token);
    if (woken === 1) return backInLine(job, token);
    await job.moveToDelayed(Date.now() + ms, token);
    // One may have come between those two. Should Redis go away just now, it is heard when the time has come.
    const hurry = async (): Promise<void> => {
      if ((await connections.commands.exists(wakeUp)) === 1) await wake(job.data.key);
    };
    await hurry().catch((error: unknown) =>
      logger.debug({ err: error }, 'a wake-up waits with a conversation that is held back'),
    );
    throw new DelayedError();
  }

  async function wake(key: ConversationKey): Promise<void> {
    await queue.add(
      'wake',
      { key },
      {
        // `reschedule`: whoever writes again need not wait for the next try.
        deduplication: { id: key, keepLastIfActive: true, reschedule: true },
        attempts: MAX_ATTEMPTS,
        backoff: { type: 'custom' },
        removeOnComplete: true,
        removeOnFail: FAILED_JOBS_KEPT,
      },
    );
  }

  return {
    wake,

    async start(handler) {
      worker = new Worker<WakeJob>(QUEUE_NAME, (job, token, lost) => process(handler, job, token, lost), {
        connection: connections.blocking,
        prefix,
        concurrency,
        lockDuration: lockMs,
        stalledInterval: stalledCheckMs,
        maxStalledCount: MOST_TAKEOVERS,
        settings: { backoffStrategy: (tries) => delayMs(tries, Math.random()) },
      });
      worker.on('error', (error) => logger.debug({ err: error }, 'the worker cannot reach Redis'));
      worker.on('lockRenewalFailed', (ids) => {
        logger.warn({ jobs: ids }, 'this process was away for too long: another one goes on with what it was at');
        for (const id of ids) worker?.cancelJob(id, 'its lock has run out: another worker may have it');
      });
      worker.on('failed', (job, error) => {
        const last = job === undefined || job.attemptsMade >= MAX_ATTEMPTS;
        logger.error(
          { conversation: job?.data.key, err: error, tries: job?.attemptsMade },
          last ? 'given up until somebody writes' : 'will be tried again',
        );
      });
      worker.on('stalled', (id) => logger.warn({ job: id }, 'a worker died; its conversation is taken over'));
      await worker.waitUntilReady();
    },

    async stop(timeoutMs) {
      closing = true;
      const closed = close();
      await untilDone(runs.ended(), timeoutMs, () => runs.abort(), clock);
      // What remains is said to Redis, which may be away: then others find out when the locks have run out.
      await endsWithin(HAND_OVER_MS, closed, clock);
    },
  };
}
