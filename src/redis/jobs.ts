/** What the queues have in common: BullMQ runs each job in one process of the fleet at a time. */
import { DelayedError, type Job, Queue, WaitingError, Worker } from 'bullmq';
import type { Clock, Logger } from '../core/ports.js';
import { retryDelayMs } from '../core/retry-policy.js';
import { Runs, settlesWithin, untilDone } from '../core/shutdown.js';
import type { RedisConnections } from './connection.js';
import { queuePrefix } from './keys.js';

/**
 * A worker renews its lock on a job every half of this. When the lock expires, another worker takes the job over at the
 * next check for stalled jobs. Measured: 6 s after a kill -9, with 5 s and 2 s.
 */
const LOCK_MS = 8_000;
const STALLED_CHECK_MS = 3_000;
/**
 * A waiting worker looks for jobs so often even if nothing tells it of one. A worker that stops may be the one that is told
 * of the job it has just put back: with BullMQ's default of five seconds, others then see it 4 to 5 s later. Measured: 0 to
 * 0.7 s with one second, and 10 instead of 4 Redis commands a second for each idle worker.
 */
const LOOK_AGAIN_S = 1;
/** At shutdown, to tell Redis how the last runs ended and to requeue unfinished jobs. */
const HANDOVER_TIMEOUT_MS = 3_000;

export interface RedisQueueOptions {
  /** Jobs that this process runs at the same time. */
  readonly concurrency: number;
  readonly prefix?: string;
  /** Milliseconds before the next attempt. */
  readonly delayMs?: typeof retryDelayMs;
  /** How long a dead worker keeps its jobs. */
  readonly lockMs?: number;
  /** How often jobs of dead workers are looked for. */
  readonly stalledCheckMs?: number;
}

interface JobsOptions<Data> extends RedisQueueOptions {
  readonly name: string;
  /** Takeovers of a job with nothing settled in between. Limited, because it may be what kills the workers. */
  readonly maxTakeovers: number;
  /** Called after each failed attempt. */
  readonly failed: (job: Job<Data> | undefined, error: Error, isLast: boolean) => void;
}

/** Runs what may take long. The signal aborts when the process stops, and when another worker may have the job. */
type Abortable = <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/** A BullMQ queue with its worker. */
export interface Jobs<Data> {
  readonly queue: Queue<Data>;
  start(run: (job: Job<Data>, token: string, abortable: Abortable) => Promise<void>): Promise<void>;
  /** As `WorkQueue.stop`. */
  stop(timeoutMs: number): Promise<void>;
}

export function redisJobs<Data>(
  connections: RedisConnections,
  options: JobsOptions<Data>,
  clock: Clock,
  logger: Logger,
): Jobs<Data> {
  const { name, concurrency, delayMs = retryDelayMs, lockMs = LOCK_MS, stalledCheckMs = STALLED_CHECK_MS } = options;
  const prefix = queuePrefix(options.prefix);
  // Without waiting: if Redis starts after the bot, BullMQ would never recover from the first failure.
  const queue = new Queue<Data>(name, {
    connection: connections.commands,
    prefix,
    skipWaitingForReady: true,
    skipVersionCheck: true,
  });
  // `logOutages` reports connection errors.
  queue.on('error', () => {});
  let worker: Worker<Data> | undefined;
  let closing = false;
  const runs = new Runs();

  async function close(): Promise<void> {
    await worker?.close();
    await queue.close();
  }

  return {
    queue,

    async start(run) {
      const runJob = async (job: Job<Data>, token: string, lockLost?: AbortSignal): Promise<void> => {
        // The worker may fetch one more job while it closes.
        if (closing) return requeue(job, token);
        try {
          await run(job, token, (work) => runs.run(work, lockLost));
        } catch (error) {
          if (!runs.areAborted || error instanceof DelayedError || error instanceof WaitingError) throw error;
          await requeue(job, token);
        }
      };
      // BullMQ gives the signal only to a function with three parameters.
      worker = new Worker<Data>(name, (job, token, lockLost) => runJob(job, token ?? '', lockLost), {
        connection: connections.blocking,
        prefix,
        concurrency,
        drainDelay: LOOK_AGAIN_S,
        lockDuration: lockMs,
        stalledInterval: stalledCheckMs,
        maxStalledCount: options.maxTakeovers,
        settings: { backoffStrategy: (attempts) => delayMs(attempts, Math.random()) },
      });
      worker.on('error', (error) => logger.debug({ err: error }, 'the worker cannot reach Redis'));
      worker.on('lockRenewalFailed', (ids) => {
        logger.warn(
          { queue: name, jobs: ids },
          'this process was away for too long: another process takes over its work',
        );
        for (const id of ids) worker?.cancelJob(id, 'lock expired: another worker may have the job');
      });
      worker.on('failed', (job, error) => {
        // BullMQ sets the time when there is no further attempt.
        options.failed(job, error, !job || Boolean(job.finishedOn));
      });
      worker.on('stalled', (id) => logger.warn({ queue: name, job: id }, 'a worker died; its work is taken over'));
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

/** Requeues the job at once, for any process, without counting an attempt. Always throws, as BullMQ requires. */
export async function requeue(job: Job, token: string): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
}
