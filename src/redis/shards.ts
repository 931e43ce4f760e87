/**
 * Over how many queues wake-ups are spread. All processes of a fleet must have the same number, or two of them could run
 * one conversation at the same time: it is kept in Redis, and changes when a process starts while no other one runs.
 */
import type { Result } from 'ioredis';
import type { Clock, Logger } from '../core/ports.js';
import { fleetKeys, shardKeys } from './keys.js';
import type { ProcessLease } from './lease.js';
import { defineScript } from './script.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    skeinShards(...keysAndArguments: string[]): Result<[number: number, served: number] | [], Context>;
  }
}

/** A process whose lease is over may have been cut off from Redis: it comes back with its next beat. */
const COMES_BACK_MS = 3_000;
const RETRY_MS = 500;
/** Redis may lose it: then a process that starts would think of one queue. */
const WRITTEN_AGAIN_MS = 5_000;

export interface Shards {
  /** Wake-ups go to this many queues. */
  readonly number: number;
  /** So many may hold jobs: more than `number` after that was lowered. */
  readonly served: number;
  of(job: string): number;
  /** Reads what the fleet has. Call before the first wake-up. */
  read(): Promise<void>;
  /** Call when the process is about to run jobs. Waits for a few seconds if it is not known whether other processes live. */
  agree(): Promise<void>;
  /** This process has stopped. Never rejects. */
  leave(): Promise<void>;
}

export function redisShards(
  { redis, prefix, process }: ProcessLease,
  wanted: number,
  clock: Clock,
  logger: Logger,
): Shards {
  const [processes = ''] = fleetKeys(prefix);
  const { shards, starting } = shardKeys(prefix);
  defineScript(redis, 'skeinShards', 'shards', 3);
  // Of a fleet that has agreed on nothing yet.
  let number = 1;
  let served = 1;

  async function ask(): Promise<[number, number]> {
    for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
      const areDead = waitedMs >= COMES_BACK_MS ? '1' : '0';
      const [agreed, all] = await redis.skeinShards(processes, shards, starting, process, String(wanted), areDead);
      if (agreed !== undefined && all !== undefined) return [agreed, all];
      await clock.sleep(RETRY_MS);
    }
  }

  function keep(agreed: number, all: number): void {
    number = agreed;
    served = Math.max(served, all);
  }

  let cancel = (): void => {};
  function writeAgainLater(): void {
    if (number === 1) return;
    cancel = clock.after(WRITTEN_AGAIN_MS, () => {
      redis.hsetnx(shards, 'number', String(number)).catch(() => {});
      writeAgainLater();
    });
  }

  return {
    get number() {
      return number;
    },
    get served() {
      return served;
    },
    of: (job) => hashOf(job) % number,
    async read() {
      const [agreed, all] = await redis.hmget(shards, 'number', 'served');
      if (agreed) keep(Number(agreed), Number(all));
    },
    async agree() {
      try {
        keep(...(await ask()));
        writeAgainLater();
        if (number === wanted) return;
        const facts = { QUEUE_SHARDS: wanted, shards: number };
        logger.warn(facts, 'QUEUE_SHARDS has changed: the new number takes effect once all processes have stopped');
      } catch (error) {
        logger.debug({ err: error }, 'cannot ask Redis for the number of queues: keeping the last known one');
      }
    },
    async leave() {
      cancel();
      await redis.zrem(starting, process).catch(() => {});
    },
  };
}

/** FNV-1a, 32 bits, of the characters' codes. Every version must find a conversation in the same queue. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}
