import { DelayedError, type Job, Queue, WaitingError, Worker } from 'bullmq';
import type { Result } from 'ioredis';
import type { ConversationKey } from '../core/conversation-id.js';
import type { Clock, Logger, RequestHandler, WakeHandler, WorkQueue, WorkRequest } from '../core/ports.js';
import { ATTEMPTS_BEFORE_APOLOGY, MAX_ATTEMPTS, MAX_REQUEST_ATTEMPTS, retryDelayMs } from '../core/retry-policy.js';
import { settlesWithin, Runs, untilDone } from '../core/shutdown.js';
import type { RedisConnections } from './connection.js';
import { QUEUE_NAME, queuePrefix, requestJobId } from './keys.js';
import { defineScript } from './script.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    skeinTakeWakeUp(lock: string, wakeUp: string, token: string): Result<number, Context>;
    skeinResetAttempts(job: string, lock: string, token: string): Result<number, Context>;
  }
}

/**
 * A worker renews its lock on a conversation every half of this. When the lock expires, another worker takes the
 * conversation over at the next check for stalled jobs. Measured: 6 s after a kill -9, with 5 s and 2 s.
 */
const LOCK_MS = 8_000;
const STALLED_CHECK_MS = 3_000;
/** Takeovers of a conversation with nothing settled in between. Limited, because it may be what kills the workers. */
const MAX_TAKEOVERS = 5;
const FAILED_JOBS_KEPT = 1_000;
/** At shutdown, to tell Redis how the last runs ended and to requeue unfinished conversations. */
const HANDOVER_TIMEOUT_MS = 3_000;

/** A finished request stays known for this long, so that a late delivery of it changes nothing. */
const REQUESTS_KEPT = { age: 3_600, count: 10_000 };

interface WakeJob {
  key: string;
}

interface RequestJob {
  request: WorkRequest;
}

type AnyJob = Job<WakeJob | RequestJob>;

export interface RedisQueueOptions {
  /** Conversations that this process answers at the same time. */
  readonly concurrency: number;
  readonly prefix?: string;
  /** Milliseconds before the next attempt. */
  readonly delayMs?: typeof retryDelayMs;
  /** How long a dead worker keeps its conversations. */
  readonly lockMs?: number;
  /** How often conversations of dead workers are looked for. */
  readonly stalledCheckMs?: number;
}

/** Work through BullMQ: one job per conversation, and one per request. Only one process of the fleet runs it at a time. */
export function redisQueue(
  connections: RedisConnections,
  options: RedisQueueOptions,
  clock: Clock,
  logger: Logger,
): WorkQueue {
  const { concurrency, delayMs = retryDelayMs, lockMs = LOCK_MS, stalledCheckMs = STALLED_CHECK_MS } = options;
  const prefix = queuePrefix(options.prefix);
  // Without waiting: if Redis starts after the bot, BullMQ would never recover from the first failure.
  const queue = new Queue<WakeJob | RequestJob>(QUEUE_NAME, {
    connection: connections.commands,
    prefix,
    skipWaitingForReady: true,
    skipVersionCheck: true,
  });
  defineScript(connections.commands, 'skeinTakeWakeUp', 'take-wake-up', 2);
  defineScript(connections.commands, 'skeinResetAttempts', 'reset-attempts', 2);
  // `logOutages` reports connection errors.
  queue.on('error', () => {});
  let worker: Worker<WakeJob | RequestJob> | undefined;
  let closing = false;
  const runs = new Runs();

  async function runJob(handlers: Handlers, job: AnyJob, token = '', lockLost?: AbortSignal): Promise<void> {
    // The worker may fetch one more job while it closes.
    if (closing) return requeue(job, token);
    try {
      if (isRequest(job)) await runs.run((signal) => handlers.onRequest(job.data.request, signal), lockLost);
      else await runWake(handlers.onWake, job as Job<WakeJob>, token, lockLost);
    } catch (error) {
      if (!runs.areAborted || error instanceof DelayedError || error instanceof WaitingError) throw error;
      await requeue(job, token);
    }
  }

  async function runWake(
    handler: WakeHandler,
    job: Job<WakeJob>,
    token: string,
    lockLost: AbortSignal | undefined,
  ): Promise<void> {
    const overdue = job.attemptsMade + 1 >= ATTEMPTS_BEFORE_APOLOGY;
    const { data, stalledCounter: crashes } = job;
    const settled = (): Promise<void> => resetAttempts(job, token);
    const postponed = await runs.run(
      (signal) => handler({ key: data.key, run: token, crashes, overdue, settled, signal }),
      lockLost,
    );
    if (postponed) await postpone(job, token, postponed.retryInMs);
  }

  async function resetAttempts(job: Job<WakeJob>, token: string): Promise<void> {
    if (job.stalledCounter === 0 && job.attemptsMade === 0) return;
    Object.assign(job, { stalledCounter: 0, attemptsMade: 0 });
    try {
      await connections.commands.skeinResetAttempts(queue.toKey(String(job.id)), queue.toKey(`${job.id}:lock`), token);
    } catch (error) {
      logger.debug(
        { conversation: job.data.key, err: error },
        'cannot reset the crash and attempt counts of a conversation',
      );
    }
  }

  async function close(): Promise<void> {
    await worker?.close();
    await queue.close();
  }

  /** Requeues the job at once, for any process, without counting an attempt. Always throws, as BullMQ requires. */
  async function requeue(job: AnyJob, token: string): Promise<never> {
    await job.moveToWait(token);
    throw new WaitingError();
  }

  /**
   * Runs the job again after `ms`, without counting an attempt. At once if a wake-up came during the run, because it
   * may be from a person who need not wait. Always throws, as BullMQ requires.
   */
  async function postpone(job: Job<WakeJob>, token: string, ms: number): Promise<never> {
    const wakeUp = queue.toKey(`dn:${job.data.key}`);
    const taken = await connections.commands.skeinTakeWakeUp(queue.toKey(`${job.id}:lock`), wakeUp, token);
    if (taken === 1) return requeue(job, token);
    await job.moveToDelayed(Date.now() + ms, token);
    // A wake-up may have come between the two commands. If Redis fails now, the wake-up waits until the delay is over.
    const wakeIfRequested = async (): Promise<void> => {
      if ((await connections.commands.exists(wakeUp)) === 1) await wake(job.data.key);
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

  return {
    wake,

    async submit(request) {
      await queue.add(
        'request',
        { request },
        {
          jobId: requestJobId(request.id),
          attempts: MAX_REQUEST_ATTEMPTS,
          backoff: { type: 'custom' },
          removeOnComplete: REQUESTS_KEPT,
          removeOnFail: REQUESTS_KEPT,
        },
      );
    },

    async start(onWake, onRequest = async () => {}) {
      const handlers = { onWake, onRequest };
      const run = (job: AnyJob, token?: string, lockLost?: AbortSignal): Promise<void> =>
        runJob(handlers, job, token, lockLost);
      worker = new Worker<WakeJob | RequestJob>(QUEUE_NAME, run, {
        connection: connections.blocking,
        prefix,
        concurrency,
        lockDuration: lockMs,
        stalledInterval: stalledCheckMs,
        maxStalledCount: MAX_TAKEOVERS,
        settings: { backoffStrategy: (attempts) => delayMs(attempts, Math.random()) },
      });
      worker.on('error', (error) => logger.debug({ err: error }, 'the worker cannot reach Redis'));
      worker.on('lockRenewalFailed', (ids) => {
        logger.warn({ jobs: ids }, 'this process was away for too long: another process takes over its conversations');
        for (const id of ids) worker?.cancelJob(id, 'lock expired: another worker may have the conversation');
      });
      worker.on('failed', (job, error) => logFailure(job, error, logger));
      worker.on('stalled', (id) => logger.warn({ job: id }, 'a worker died; its conversation is taken over'));
      await worker.waitUntilReady();
    },

    async stop(timeoutMs) {
      closing = true;
      const closed = close();
      await untilDone(runs.ended(), timeoutMs, () => runs.abort(), clock);
      // Redis may be unreachable: then other processes take over when the locks expire.
      await settlesWithin(HANDOVER_TIMEOUT_MS, closed, clock);
    },
  };
}

interface Handlers {
  onWake: WakeHandler;
  onRequest: RequestHandler;
}

function isRequest(job: AnyJob): job is Job<RequestJob> {
  return 'request' in job.data;
}

function logFailure(job: AnyJob | undefined, error: Error, logger: Logger): void {
  const facts = { err: error, tries: job?.attemptsMade };
  const isLast = job === undefined || job.attemptsMade >= (job.opts.attempts ?? MAX_ATTEMPTS);
  if (job && isRequest(job)) {
    const outcome = isLast ? 'all attempts failed; the request is given up' : 'attempt failed; will be retried';
    logger.error({ request: job.id, ...facts }, outcome);
    return;
  }
  const outcome = isLast ? 'all attempts failed; the next message starts new ones' : 'attempt failed; will be retried';
  logger.error({ conversation: (job as Job<WakeJob> | undefined)?.data.key, ...facts }, outcome);
}
