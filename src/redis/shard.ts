import { fleetKeys, queueKeys } from './keys.js';
import type { LeasedQueue, ProcessLease } from './lease.js';

/** One of the queues that jobs are spread over, with its own lease. */
export interface Shard {
  readonly number: number;
  /** The first keys of each script, see `lua/queue.lua`. */
  readonly keys: readonly string[];
  readonly lease: ProcessLease;
  readonly leased: LeasedQueue;
  /**
   * Something may be due though there is room: a call had none because others had reserved it, or it claimed older jobs.
   * Of several shards also where there was no room at all: a run of another one may end first.
   */
  isStarved: boolean;
}

/** Of the keys that each script begins with. */
export function numberOfKeys(): number {
  return fleetKeys().length + queueKeys('').length;
}

/** Those that are starved, in turns: the ones after `last` come first. Not all need be there yet. */
export function starvedAfter(last: Shard, shards: readonly (Shard | undefined)[]): Shard[] {
  const next = shards.indexOf(last) + 1;
  return [...shards.slice(next), ...shards.slice(0, next)].flatMap((shard) => (shard?.isStarved ? [shard] : []));
}

export function join({ lease, leased }: Shard): Promise<void> {
  return lease.join(leased);
}

export function leave({ lease, leased }: Shard): Promise<void> {
  return lease.leave(leased);
}
