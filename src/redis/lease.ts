/**
 * The lease of this process in the fleet. While it is renewed, nobody takes over what the process runs; when it is over,
 * because the process died or hung, others do.
 */
import { randomUUID } from 'node:crypto';
import type { Result } from 'ioredis';
import type { Clock, Logger } from '../core/ports.js';
import type { RedisClient } from './client.js';
import { fleetKeys, settingsInUseKey } from './keys.js';
import { defineQueueScript } from './script.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    skeinBeat(keys: number, ...keysAndArguments: string[]): Result<[BeatResult[], number], Context>;
  }
}

/** How often the lease is renewed, what others left behind is looked for, and what is due is claimed. */
export const BEAT_MS = 1_000;
/**
 * A process may stand still for two seconds right before a beat and keeps its work. What a dead process ran is taken over
 * 2.5 to 4.5 s after its death: at the first beat of another process after the end of the lease.
 */
export const LEASE_MS = 3_500;
/** The timer of a process and the clock of Redis are not the same. */
const TIMER_MARGIN_MS = 2;

export interface LeaseOptions {
  readonly prefix?: string;
  /** Of the queue that wake-ups are spread over; the other queues are in the first, 0. */
  readonly shard?: number;
  readonly beatMs?: number;
  readonly leaseMs?: number;
}

/** `[job, run]`. */
export type HeldRun = readonly [string, string];

/** A queue that this process works on. */
export interface LeasedQueue {
  /** In the order of `queueKeys`. */
  readonly keys: readonly string[];
  /** What a beat is told. Reserves the room until `answered` is called. */
  state(): { readonly room: number; readonly runs: readonly HeldRun[]; readonly ending: readonly HeldRun[] };
  /** `result` is undefined if the beat failed. */
  answered(room: number, result: BeatResult | undefined): void;
}

/** See `lua/beat.lua`. */
export type BeatResult = [claimed: string[], lost: string[], takenOver: number, resting: string[]];

export interface ProcessLease {
  readonly redis: RedisClient;
  readonly prefix: string | undefined;
  readonly shard: number;
  /** Unique over the fleet. */
  readonly process: string;
  /**
   * Sends a call that may claim jobs, with a number of its own. `send` resolves when the claimed jobs are running: then the
   * number is forgotten. If the answer is lost, the next beat puts the jobs back.
   */
  call<T>(send: (call: string) => Promise<T>): Promise<T>;
  /** Resolves after the first beat, whether or not Redis has answered. */
  join(queue: LeasedQueue): Promise<void>;
  /** Gives back what the queue still holds. With the last queue the lease ends. */
  leave(queue: LeasedQueue): Promise<void>;
  /** Never rejects. */
  beat(): Promise<void>;
  /** False: nobody in the fleet has set anything, as of a beat less than `LEASE_MS` ago. */
  settingsInUse(): boolean;
  /** Beats when something gets due. */
  beatIn(ms: number): void;
}

export function processLease(
  redis: RedisClient,
  { prefix, shard = 0, beatMs = BEAT_MS, leaseMs = LEASE_MS }: LeaseOptions,
  clock: Clock,
  logger: Logger,
): ProcessLease {
  defineQueueScript(redis, 'skeinBeat', 'beat');
  const process = randomUUID();
  const queues = new Set<LeasedQueue>();
  const calls = new Set<number>();
  /** Cancels each timer. */
  const timers = new Set<() => void>();
  let lastCall = 0;
  /** Redis has given this process a lease before. */
  let isKnown = false;
  let hasSettings = false;
  let nobodySetAnythingUntil = -Infinity;

  async function call<T>(send: (call: string) => Promise<T>): Promise<T> {
    lastCall += 1;
    const number = lastCall;
    calls.add(number);
    try {
      return await send(String(number));
    } finally {
      calls.delete(number);
    }
  }

  async function sendBeat(some: readonly LeasedQueue[], ms: number): Promise<void> {
    const others = [...calls];
    const states = some.map((queue) => queue.state());
    let results: BeatResult[] = [];
    // On a cluster only the first shard is in its slot.
    const settings = shard === 0 ? [settingsInUseKey(prefix)] : [];
    const keys = [...fleetKeys(prefix, shard), ...some.flatMap((queue) => queue.keys), ...settings];
    const state = JSON.stringify({ isKnown, calls: others, queues: states, readsSettings: shard === 0 });
    await call(async (number) => {
      try {
        const askedAt = clock.now();
        const [claims, inUse] = await redis.skeinBeat(keys.length, ...keys, process, number, String(ms), state);
        results = claims;
        isKnown = true;
        if (shard > 0) return;
        if (inUse === 1) hasSettings = true;
        // The key is lost, as with a failover to an old replica: nobody ever deletes it.
        else if (hasSettings) await redis.set(settingsInUseKey(prefix), String(askedAt), 'NX');
        nobodySetAnythingUntil = hasSettings ? -Infinity : askedAt + LEASE_MS;
      } finally {
        for (const [n, queue] of some.entries()) queue.answered(states[n]?.room ?? 0, results[n]);
      }
    });
  }

  async function beatNow(): Promise<void> {
    if (queues.size === 0) return;
    await sendBeat([...queues], leaseMs).catch((error: unknown) =>
      logger.debug({ err: error }, 'cannot renew the lease of this process'),
    );
  }

  let current: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  /** Those that are asked for while one is on its way become one: much may get due at the same time. */
  async function beat(): Promise<void> {
    if (current) next ??= beatAfter(current);
    else {
      current = beatNow().finally(() => {
        current = undefined;
      });
    }
    await (next ?? current);
  }

  async function beatAfter(other: Promise<void>): Promise<void> {
    await other;
    next = undefined;
    await beat();
  }

  function after(ms: number, act: () => void): void {
    const cancel = clock.after(ms, () => {
      timers.delete(cancel);
      act();
    });
    timers.add(cancel);
  }

  /** Does not wait for the answers: a Redis that is slow must not make the beats rare. */
  function keepBeating(): void {
    after(beatMs, () => {
      void beatNow();
      keepBeating();
    });
  }

  return {
    redis,
    prefix,
    shard,
    process,
    call,
    beat,
    settingsInUse: () => clock.now() >= nobodySetAnythingUntil,
    async join(queue) {
      queues.add(queue);
      if (queues.size === 1) keepBeating();
      await beat();
    },
    async leave(queue) {
      if (!queues.delete(queue)) return;
      if (queues.size > 0) return sendBeat([queue], leaseMs);
      for (const cancel of timers) cancel();
      await sendBeat([queue], 0);
    },
    beatIn(ms) {
      if (queues.size > 0) after(ms + TIMER_MARGIN_MS, () => void beat());
    },
  };
}
