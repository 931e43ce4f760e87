/** What the queues have in common: each job runs in one process of the fleet at a time, and outlives every process. */
import type { Result } from 'ioredis';
import { messageOf } from '../core/errors.js';
import type { Clock, Logger, Postponed } from '../core/ports.js';
import { retryDelayMs } from '../core/retry-policy.js';
import { Runs, settlesWithin, untilDone } from '../core/shutdown.js';
import { fleetKeys, queueKeys } from './keys.js';
import type { BeatResult, HeldRun, LeasedQueue, ProcessLease } from './lease.js';
import { defineQueueScript } from './script.js';
import { join, leave, numberOfKeys, type Shard, starvedAfter } from './shard.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    skeinFinish(...keysAndArguments: string[]): Result<string[], Context>;
    skeinClearTries(...keysAndArguments: string[]): Result<null, Context>;
  }
}

/** At shutdown, to tell Redis how the last runs ended and to give back the others. */
const HANDOVER_TIMEOUT_MS = 3_000;

export interface RedisQueueOptions {
  /** Jobs that this process runs at the same time. */
  readonly concurrency: number;
  /** Milliseconds before the next attempt. */
  readonly delayMs?: typeof retryDelayMs;
}

interface Job {
  readonly id: string;
  readonly shard: Shard;
  /** Unique over all runs of all processes. */
  readonly run: string;
  /** Attempts that failed since something was last settled. */
  failed: number;
  /** Processes that died during its runs since then. */
  deaths: number;
  /** Whether it is the cause. */
  isGuilty: boolean;
  /** Whether Redis knows of failures, or of processes that died or stood still. */
  hasTries: boolean;
  /** Empty if it has none. */
  readonly payload: string;
}

interface JobsOptions extends RedisQueueOptions {
  readonly name: string;
  readonly maxAttempts: number;
  /** Called after each failed attempt. */
  readonly failed: (job: Job, error: unknown, isLast: boolean) => void;
}

/** `signal` aborts when the process stops, and when another process has the job. */
type RunJob = (job: Job, signal: AbortSignal) => Promise<Postponed | undefined>;

type Outcome = 'done' | 'failed' | 'postponed' | 'handed over';

/** Sends a script with its first keys and arguments. */
type Send = (keys: readonly string[], ...lease: string[]) => Promise<string[]>;

export interface Jobs {
  /** Sends a script that makes the job due, and runs what it claims. `shard`: of the job. */
  send(id: string, script: Send, shard?: number): Promise<void>;
  /** `shards`: number of the queues to look for jobs in. */
  start(run: RunJob, shards?: number): Promise<void>;
  /** As `WorkQueue.stop`. */
  stop(timeoutMs: number): Promise<void>;
  /** Something is settled: forgets failures and deaths. Never rejects. */
  clearTries(job: Job): Promise<void>;
}

/** `leaseOf`: the lease of this process in a shard. */
export function redisJobs(
  leaseOf: (shard: number) => ProcessLease,
  options: JobsOptions,
  clock: Clock,
  logger: Logger,
): Jobs {
  const { name, concurrency, delayMs = retryDelayMs } = options;
  const shards: Shard[] = [];
  const { redis } = leaseOf(0);
  defineQueueScript(redis, 'skeinFinish', 'finish', numberOfKeys());
  defineQueueScript(redis, 'skeinClearTries', 'clear-tries', numberOfKeys());
  const runs = new Runs();
  const running = new Map<Job, AbortController>();
  const ending = new Set<Job>();
  const unfinished = new Set<Promise<void>>();
  let run: RunJob | undefined;
  let isClosing = false;
  /** Room that calls on their way have been given. */
  let reserved = 0;

  const free = (): number => (run && !isClosing ? Math.max(0, concurrency - running.size - reserved) : 0);

  function shardAt(number: number): Shard {
    const known = shards[number];
    if (known) return known;
    const lease = leaseOf(number);
    const ownKeys = queueKeys(name, lease.prefix, number);
    const keys = [...fleetKeys(lease.prefix, number), ...ownKeys];
    const shard: Shard = { number, keys, lease, leased: leasedQueue(ownKeys, () => shard), isStarved: false };
    shards[number] = shard;
    return shard;
  }

  async function send(shard: Shard, id: string | undefined, script: Send, most = 1): Promise<void> {
    const room = Math.min(most, free());
    if (room === 0 && (shards.length > 1 || (reserved > 0 && running.size < concurrency))) shard.isStarved = true;
    reserved += room;
    await shard.lease.call(async (call) => {
      let claimed: string[] = [];
      try {
        claimed = await script(shard.keys, shard.lease.process, call, String(room));
        if (id !== undefined && claimed.length > 0 && claimed[0] !== id) shard.isStarved = true;
      } finally {
        taken(shard, room, claimed);
      }
    });
  }

  /** Starts what a call has claimed with the room it was given. */
  function taken(shard: Shard, room: number, claimed: readonly string[]): void {
    reserved -= room;
    for (let n = 0; n < claimed.length; n += 4) {
      const [id = '', token = '', tries = '', payload = ''] = claimed.slice(n, n + 4);
      const [failed = 0, deaths = 0, , guilty = 0] = tries.split(' ').map(Number);
      const known = { failed, deaths, isGuilty: guilty > 0, hasTries: tries !== '' };
      const done = runJob({ id, shard, run: token, ...known, payload });
      unfinished.add(done);
      void done.finally(() => unfinished.delete(done));
    }
    for (const next of starvedAfter(shard, shards)) {
      if (free() === 0) return;
      next.isStarved = false;
      void next.lease.beat();
    }
  }

  async function runJob(job: Job): Promise<void> {
    const { shard } = job;
    const lost = new AbortController();
    running.set(job, lost);
    const [outcome, inMs] = await outcomeOf(job, lost.signal);
    running.delete(job);
    ending.add(job);
    try {
      // What another shard has waits for longer.
      const [next = shard] = starvedAfter(shard, shards);
      await send(
        shard,
        undefined,
        (keys, ...call) => redis.skeinFinish(...keys, ...call, job.id, job.run, outcome, String(inMs)),
        next === shard ? 1 : 0,
      );
      if (inMs > 0) shard.lease.beatIn(inMs);
    } catch (error) {
      logger.debug({ queue: name, err: error }, 'cannot report the end of a run to Redis: the job will run again');
    } finally {
      ending.delete(job);
    }
  }

  async function outcomeOf(job: Job, lost: AbortSignal): Promise<[outcome: Outcome, inMs: number]> {
    try {
      const handle = run;
      if (!handle || isClosing) return ['handed over', 0];
      const postponed = await runs.run((signal) => handle(job, signal), lost);
      return postponed ? ['postponed', postponed.retryInMs] : ['done', 0];
    } catch (error) {
      if (runs.areAborted || lost.aborted) return ['handed over', 0];
      const tries = job.failed + 1;
      const isLast = tries >= options.maxAttempts;
      options.failed({ ...job, failed: tries }, error, isLast);
      return isLast ? ['done', 0] : ['failed', delayMs(tries, Math.random())];
    }
  }

  function heldIn(shard: Shard, jobs: Iterable<Job>): HeldRun[] {
    return Array.from(jobs).flatMap((job): HeldRun[] => (job.shard === shard ? [[job.id, job.run]] : []));
  }

  /** Those that were lost are others' now, even if they have not ended yet. */
  function* ownRuns(): Generator<Job> {
    for (const [job, lost] of running) if (!lost.signal.aborted) yield job;
  }

  function leasedQueue(ownKeys: readonly string[], shardOf: () => Shard): LeasedQueue {
    return {
      keys: ownKeys,
      state() {
        const room = free();
        if (room === 0 && shards.length > 1) shardOf().isStarved = true;
        reserved += room;
        return { room, runs: heldIn(shardOf(), ownRuns()), ending: heldIn(shardOf(), ending) };
      },
      answered(room, [claimed, lost, takenOver, resting]: BeatResult = [[], [], 0, []]) {
        taken(shardOf(), room, claimed);
        if (takenOver > 0) logger.warn({ queue: name, jobs: takenOver }, 'took over the work of a process that died');
        if (resting.length > 0)
          logger.error(
            { queue: name, jobs: resting },
            'processes crash as soon as they run these jobs: skipping them for a day',
          );
        const gone = [...running].filter(([job]) => lost.includes(job.run));
        if (gone.length === 0) return;
        const jobs = gone.map(([{ id }]) => id);
        logger.warn(
          { queue: name, jobs },
          'this process did not respond for too long: another one has taken over these jobs',
        );
        for (const [, controller] of gone) controller.abort('another process has taken over the job');
      },
    };
  }

  return {
    send: (id, script, shard = 0) => send(shardAt(shard), id, script),

    async start(handler, served = 1) {
      // Told to stop during the start.
      if (isClosing) return;
      run = handler;
      await Promise.all(Array.from({ length: served }, (_, number) => shardAt(number)).map(join));
    },

    async stop(timeoutMs) {
      isClosing = true;
      await untilDone(runs.ended(), timeoutMs, () => runs.abort(), clock);
      // Redis may be unreachable: then other processes take over when the lease ends.
      const handedOver = Promise.all(unfinished).then(() => Promise.all(shards.map(leave)));
      await settlesWithin(HANDOVER_TIMEOUT_MS, handedOver, clock).catch((error: unknown) =>
        logger.debug({ queue: name, err: error }, `cannot hand over work at shutdown: ${messageOf(error)}`),
      );
    },

    async clearTries(job) {
      if (!job.hasTries) return;
      Object.assign(job, { failed: 0, deaths: 0, isGuilty: false, hasTries: false });
      await redis
        .skeinClearTries(...job.shard.keys, job.id, job.run)
        .catch((error: unknown) =>
          logger.debug({ queue: name, err: error }, 'cannot forget the failures and crashes of a job'),
        );
    },
  };
}
