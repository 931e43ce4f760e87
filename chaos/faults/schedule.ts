/** Plans the faults of a run in advance; the same seed gives the same schedule. Pure. */
import { type Point, POINTS, type Trap } from '../bots/traps.js';
import type { TimeSpan } from '../checker/evidence.js';
import type { SeededRandom } from '../random.js';
import { type SurroundingFault, surroundingsOf } from './surroundings.js';

/** Kinds of faults, by weight. */
const KINDS = {
  kill: 20,
  term: 6,
  blackout: 2,
  deploy: 2,
  hang: 8,
  trap: 24,
  drop: 6,
  refresh: 4,
  redeliver: 12,
  answer: 26,
  restart: 8,
  connections: 5,
  flush: 4,
  slow: 5,
  full: 4,
  readonly: 4,
};

/** Faulty answers of Slack's API, instead of the call's effect or (`afterEffect`) after it. */
const ANSWERS = {
  limited: { status: 429, retryAfter: 1 },
  limitedWithoutRetryAfter: { status: 429, retryAfter: 'none' },
  broken: { status: 500 },
  unavailable: { status: 503 },
  lost: { drop: true, afterEffect: true },
  notSent: { drop: true },
  tooLong: { error: 'msg_too_long' },
  tokenRevoked: { error: 'token_revoked' },
  channelGone: { error: 'channel_not_found' },
  archived: { error: 'is_archived' },
  removedFromChannel: { error: 'not_in_channel' },
} as const;
/** By weight. */
const ANSWER_KINDS: Record<keyof typeof ANSWERS | 'streamEnded', number> = {
  limited: 8,
  limitedWithoutRetryAfter: 5,
  broken: 8,
  unavailable: 5,
  lost: 10,
  notSent: 4,
  streamEnded: 4,
  tooLong: 4,
  tokenRevoked: 3,
  channelGone: 1,
  archived: 1,
  removedFromChannel: 1,
};
const STREAM_ENDED = { error: 'message_not_in_streaming_state' } as const;
const WRITE_METHODS = [
  'chat.postMessage',
  'chat.update',
  'chat.startStream',
  'chat.appendStream',
  'chat.stopStream',
] as const;
const STREAM_METHODS = ['chat.appendStream', 'chat.stopStream'] as const;

/** Time between faults. */
const PAUSE_MS: [number, number] = [500, 2_500];
const DOWN_MS: [number, number] = [200, 2_500];
/** A process that hangs for longer than its lease is taken over by another one. */
const HANG_MS: [number, number] = [1_000, 15_000];
const TRAP_HANG_MS: [number, number] = [11_000, 15_000];
const REDIS_FAULT_MS: [number, number] = [100, 2_500];
/** Share of traps that make the process hang; the others crash it. */
const TRAP_HANG_PROBABILITY = 0.25;
/** Time for a process to start, connect and reach its trap. */
const TRAP_REACHED_MS = 6_000;
/** Time for a process to finish its work after a hang. */
const AFTER_HANG_MS = 2_000;
const MAX_PASSING = 2;
const MAX_FAULTY_CALLS = 4;
/** Redeliveries pick one of this many newest events. */
const RECENT_EVENTS = 20;

type AnswerFault = (typeof ANSWERS)[keyof typeof ANSWERS] | typeof STREAM_ENDED;

export type Fault =
  | SurroundingFault
  | { readonly kind: 'kill' | 'term'; readonly victim: number; readonly downMs: number }
  | { readonly kind: 'hang'; readonly victim: number; readonly forMs: number }
  /** Kills the process and restarts it with a trap. */
  | { readonly kind: 'trap'; readonly victim: number; readonly downMs: number; readonly trap: Trap }
  /** All processes at once. */
  | { readonly kind: 'blackout'; readonly downMs: number }
  /** Rolling restart; sockets dropped or refreshed by Slack; Redis connections reset, scripts flushed. */
  | { readonly kind: 'deploy' | 'drop' | 'refresh' | 'connections' | 'flush' }
  /** Delivers an event again: the `back`-th newest. */
  | { readonly kind: 'redeliver'; readonly back: number }
  | { readonly kind: 'answer'; readonly method: string; readonly fault: AnswerFault; readonly times: number }
  /** Redis: restarted and loading its file; paused; out of memory; a read-only replica, as after a failover. */
  | { readonly kind: 'restart' | 'slow' | 'full' | 'readonly'; readonly forMs: number };

export interface Step {
  /** Milliseconds since the start of the run. */
  readonly at: number;
  readonly fault: Fault;
}

/** All faults of a run, sorted by time. A seed's faults of one group stay the same when the other group changes. */
export function scheduleFrom(
  chances: { readonly faults: SeededRandom; readonly surroundings: SeededRandom },
  endsAt: number,
  processes: number,
): Step[] {
  const steps = [...scheduleOf(chances.faults, endsAt, processes), ...surroundingsOf(chances.surroundings, endsAt)];
  return steps.toSorted((a, b) => a.at - b.at);
}

/**
 * Faults for `endsAt` milliseconds, then a kill of all processes at once: their replies must be resumed after the
 * restart.
 */
export function scheduleOf(chances: SeededRandom, endsAt: number, processes: number): Step[] {
  const steps: Step[] = [];
  /** By process: when its next fault may start. */
  const freeAt = Array.from({ length: processes }, () => 0);
  for (let at = millis(chances, PAUSE_MS); at < endsAt; at += millis(chances, PAUSE_MS)) {
    const fault = faultOf(chances, processes);
    if ('victim' in fault && at < (freeAt[fault.victim] ?? 0)) continue;
    if ('victim' in fault) freeAt[fault.victim] = at + busyMs(fault);
    steps.push({ at, fault });
  }
  return [...steps, { at: endsAt, fault: { kind: 'blackout', downMs: millis(chances, DOWN_MS) } }];
}

/** Time without another fault for the same process: its trap must spring, or its hang must end first. */
function busyMs(fault: Fault): number {
  if (fault.kind === 'trap') return fault.downMs + TRAP_REACHED_MS + (fault.trap.hangMs ?? 0);
  return fault.kind === 'hang' ? fault.forMs + AFTER_HANG_MS : 0;
}

function faultOf(chances: SeededRandom, processes: number): Fault {
  const kind = chances.pickWeighted(KINDS);
  const victim = chances.integer(0, processes - 1);
  switch (kind) {
    case 'drop':
    case 'refresh':
    case 'deploy':
    case 'connections':
    case 'flush':
      return { kind };
    case 'kill':
    case 'term':
      return { kind, victim, downMs: millis(chances, DOWN_MS) };
    case 'hang':
      return { kind, victim, forMs: millis(chances, HANG_MS) };
    case 'trap':
      return { kind, victim, downMs: millis(chances, DOWN_MS), trap: trapOf(chances) };
    case 'blackout':
      return { kind, downMs: millis(chances, DOWN_MS) };
    case 'redeliver':
      return { kind, back: chances.integer(1, RECENT_EVENTS) };
    case 'answer':
      return answerOf(chances);
    case 'restart':
    case 'slow':
    case 'full':
    case 'readonly':
      break;
  }
  return { kind, forMs: millis(chances, REDIS_FAULT_MS) };
}

function trapOf(chances: SeededRandom): Trap {
  const point: Point = chances.pick(POINTS);
  const passing = chances.integer(1, MAX_PASSING);
  return { point, passing, ...(chances.chance(TRAP_HANG_PROBABILITY) && { hangMs: millis(chances, TRAP_HANG_MS) }) };
}

function answerOf(chances: SeededRandom): Fault {
  const kind = chances.pickWeighted(ANSWER_KINDS);
  if (kind === 'streamEnded')
    return { kind: 'answer', method: chances.pick(STREAM_METHODS), fault: STREAM_ENDED, times: 1 };
  const fault = ANSWERS[kind];
  const times = 'status' in fault ? chances.integer(1, MAX_FAULTY_CALLS) : 1;
  return { kind: 'answer', method: chances.pick(WRITE_METHODS), fault, times };
}

function millis(chances: SeededRandom, [low, high]: [number, number]): number {
  return Math.round(chances.between(low, high));
}

/** When Redis is restarted, paused, refuses writes or resets connections. `startedAt`: milliseconds since 1970. */
export function redisFaultsIn(steps: readonly Step[], startedAt: number): TimeSpan[] {
  return steps.flatMap(({ at, fault }) => {
    const from = startedAt + at;
    if (fault.kind === 'connections' || fault.kind === 'flush') return [{ from, to: from }];
    const lasts = ['restart', 'slow', 'full', 'readonly'].includes(fault.kind) && 'forMs' in fault;
    return lasts ? [{ from, to: from + fault.forMs }] : [];
  });
}

/** One line: `kill victim 1, downMs 1200`. */
export function describeFault({ kind, ...details }: Fault): string {
  return [kind, describe(details)].filter(Boolean).join(' ');
}

function describe(details: object): string {
  return Object.entries(details)
    .map(([name, value]) => (typeof value === 'object' ? describe(value as object) : `${name} ${String(value)}`))
    .join(', ');
}
