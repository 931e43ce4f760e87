/**
 * Plans the faults of what is around the bot: keys of the queue that get lost, sockets and calls that hang. They have a
 * random sequence of their own, beside that of the other faults. Pure.
 */
import type { StallKind } from '../environment/stall.js';
import type { SeededRandom } from '../random.js';

/** By weight. */
const KINDS = { wipe: 6, orphan: 6, handshake: 4, silence: 4, stall: 8 };
const PAUSE_MS: [number, number] = [2_000, 9_000];
const DOWN_MS: [number, number] = [400, 2_500];
const STALL_MS: [number, number] = [1_000, 8_000];
/** In the others the processes live on, and know what they run. */
const WIPE_WHILE_DOWN_PROBABILITY = 0.5;
const MAX_SOCKETS = 2;

/** What an orphaned conversation has in the queue: a run of a process that does not exist, or nothing. */
const ORPHANS = ['held', 'removed'] as const;
export type OrphanKind = (typeof ORPHANS)[number];

export type SurroundingFault =
  /** The keys of the queue are deleted; with `downMs` while all processes are down, for so long. */
  | { readonly kind: 'wipe'; readonly downMs?: number }
  /** All conversations with a pending question, and some others. */
  | { readonly kind: 'orphan'; readonly left: OrphanKind }
  /** All sockets are dropped, and the next ones get no answer to their handshake, or nothing after it. */
  | { readonly kind: 'handshake'; readonly how: 'hang' | 'silent'; readonly times: number }
  /** All sockets are half-open. */
  | { readonly kind: 'silence' }
  /** Calls hang, or get a proxy's page. */
  | { readonly kind: 'stall'; readonly of: 'slack' | 'model'; readonly how: StallKind; readonly forMs: number };

interface SurroundingStep {
  /** Milliseconds since the start of the run. */
  readonly at: number;
  readonly fault: SurroundingFault;
}

/** Faults for `endsAt` milliseconds. */
export function surroundingsOf(chances: SeededRandom, endsAt: number): SurroundingStep[] {
  const steps: SurroundingStep[] = [];
  for (let at = millis(chances, PAUSE_MS); at < endsAt; at += millis(chances, PAUSE_MS))
    steps.push({ at, fault: faultOf(chances) });
  return steps;
}

function faultOf(chances: SeededRandom): SurroundingFault {
  const kind = chances.pickWeighted(KINDS);
  switch (kind) {
    case 'wipe':
      return { kind, ...(chances.chance(WIPE_WHILE_DOWN_PROBABILITY) && { downMs: millis(chances, DOWN_MS) }) };
    case 'orphan':
      return { kind, left: chances.pick(ORPHANS) };
    case 'handshake':
      return { kind, how: chances.pick(['hang', 'silent']), times: chances.integer(1, MAX_SOCKETS) };
    case 'silence':
      return { kind };
    case 'stall':
      break;
  }
  const of = chances.pick<'slack' | 'model'>(['slack', 'model']);
  const how = chances.pick<StallKind>(['hang', 'page']);
  return { kind, of, how, forMs: millis(chances, STALL_MS) };
}

function millis(chances: SeededRandom, [low, high]: [number, number]): number {
  return Math.round(chances.between(low, high));
}
