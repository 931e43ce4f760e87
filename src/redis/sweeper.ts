/**
 * Finds questions that wait with nobody working on them, and wakes their conversations: a wake-up was lost with the
 * queue's keys, or its tries are over. One process of the fleet looks at a time.
 */
import type { Redis } from 'ioredis';
import type { Clock, Logger } from '../core/ports.js';
import { mastersOf, type RedisClient } from './client.js';
import { conversationOf, keysOf, pendingPattern, sweepKey } from './keys.js';
import type { RedisQueue } from './queue.js';

const SWEEP_EVERY_MS = 2 * 60_000;
/** Younger questions are about to be worked on. */
const LEAST_AGE_MS = 2 * 60_000;
/** A question may be one that this version cannot answer, since a newer one has stored it. */
const MOST_WAKES_AN_HOUR = 5;
const HOUR_S = 3_600;
/** Stands for a reply that lost its question, and is to be withdrawn: see `lua/amend`. */
const WITHDRAWAL = 'reply';
/** Looked at in one command. Redis serves others in between: with a million keys, a sweep takes a few seconds. */
const KEYS_AT_ONCE = 1_000;
const PAUSE_MS = 5;

export interface Sweeper {
  start(): void;
  /** Ends a sweep that is under way. */
  stop(): Promise<void>;
}

export interface SweeperOptions {
  readonly prefix?: string;
  readonly everyMs?: number;
  readonly leastAgeMs?: number;
}

export function redisSweeper(
  redis: RedisClient,
  queue: Pick<RedisQueue, 'isIdle' | 'wake'>,
  { prefix, everyMs = SWEEP_EVERY_MS, leastAgeMs = LEAST_AGE_MS }: SweeperOptions,
  clock: Clock,
  logger: Logger,
): Sweeper {
  const stopping = new AbortController();
  let done: Promise<void> = Promise.resolve();

  /** A lease that nobody gives back. Not a job of the queue, which would be lost together with what is looked for. */
  async function isElected(): Promise<boolean> {
    const result = await redis.set(sweepKey(prefix), '1', 'PX', Math.ceil(everyMs * 0.9), 'NX');
    return result === 'OK';
  }

  async function sweep(): Promise<void> {
    let woken = 0;
    // One after the other, because this is not urgent.
    for (const master of mastersOf(redis)) woken += await sweepOn(master);
    if (woken > 0) logger.warn({ woken }, 'found unanswered questions without a job: queued them again');
  }

  /** A cluster's node only knows its own keys. */
  async function sweepOn(master: Redis): Promise<number> {
    let woken = 0;
    const scan = master.scanStream({ match: pendingPattern(prefix), count: KEYS_AT_ONCE }) as AsyncIterable<string[]>;
    for await (const names of scan) {
      for (const name of names) {
        if (stopping.signal.aborted) return woken;
        const key = conversationOf(name, prefix);
        if (key === undefined || !(await isForgotten(key))) continue;
        await queue.wake(key);
        woken += 1;
      }
      await clock.sleep(PAUSE_MS, stopping.signal).catch(() => {});
    }
    return woken;
  }

  async function isForgotten(key: string): Promise<boolean> {
    const { pending, sweeps } = keysOf(key, prefix);
    const [oldest = ''] = await redis.zrange(pending, '0', '0');
    const isYoung = oldest !== WITHDRAWAL && !(clock.now() - Number(oldest) * 1_000 >= leastAgeMs);
    if (isYoung || !(await queue.isIdle(key))) return false;
    await redis.set(sweeps, '0', 'EX', HOUR_S, 'NX');
    return (await redis.incr(sweeps)) <= MOST_WAKES_AN_HOUR;
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        if (await isElected()) await sweep();
      } catch (error) {
        logger.debug({ err: error }, 'cannot check for questions without a job');
      }
      await clock.sleep(everyMs, stopping.signal).catch(() => {});
    }
  }

  return {
    start() {
      done = run();
    },
    async stop() {
      stopping.abort();
      await done;
    },
  };
}
