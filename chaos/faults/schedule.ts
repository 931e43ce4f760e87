/** What is made to fail in a run, and when: decided by the seed before the run begins. Pure. */
import { type Point, POINTS, type Trap } from '../bots/traps.js';
import type { Chances } from '../random.js';

/** By weight. */
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

/** What Slack answers to a call instead of doing it; or after doing it. */
const ANSWERS = {
  limited: { status: 429, retryAfter: 1 },
  limitedWithoutSaying: { status: 429, retryAfter: 'none' },
  broken: { status: 500 },
  unavailable: { status: 503 },
  lost: { drop: true, afterEffect: true },
  notSent: { drop: true },
  tooLong: { error: 'msg_too_long' },
  tokenRevoked: { error: 'token_revoked' },
  channelGone: { error: 'channel_not_found' },
  archived: { error: 'is_archived' },
  thrownOut: { error: 'not_in_channel' },
} as const;
const ANSWER_KINDS: Record<keyof typeof ANSWERS | 'streamEnded', number> = {
  limited: 8,
  limitedWithoutSaying: 5,
  broken: 8,
  unavailable: 5,
  lost: 10,
  notSent: 4,
  streamEnded: 4,
  tooLong: 4,
  tokenRevoked: 3,
  channelGone: 1,
  archived: 1,
  thrownOut: 1,
};
const STREAM_ENDED = { error: 'message_not_in_streaming_state' } as const;
const WRITING = [
  'chat.postMessage',
  'chat.update',
  'chat.startStream',
  'chat.appendStream',
  'chat.stopStream',
] as const;
const STREAMING = ['chat.appendStream', 'chat.stopStream'] as const;

/** Milliseconds. A process that hangs for longer than its lock lasts is overtaken. */
const PAUSE_MS: [number, number] = [500, 2_500];
const DOWN_MS: [number, number] = [200, 2_500];
const HANG_MS: [number, number] = [1_000, 15_000];
const TRAPPED_MS: [number, number] = [11_000, 15_000];
const REDIS_MS: [number, number] = [100, 2_500];
/** One trap in four makes the process hang instead of dying. */
const HANGS = 0.25;
/** In which a process starts, connects and gets its share of what people say. */
const SPRINGS_WITHIN_MS = 6_000;
/** In which one that has woken up finishes what it was at, if it is let. */
const GOES_ON_MS = 2_000;
const MOST_PASSINGS = 2;
const MOST_CALLS = 4;
/** Of the events that were sent last, one comes again. */
const RECENT_EVENTS = 20;

type AnswerFault = (typeof ANSWERS)[keyof typeof ANSWERS] | typeof STREAM_ENDED;

export type Fault =
  | { readonly kind: 'kill' | 'term'; readonly victim: number; readonly downMs: number }
  | { readonly kind: 'hang'; readonly victim: number; readonly forMs: number }
  /** Dies, and comes back as one that falls into the trap. */
  | { readonly kind: 'trap'; readonly victim: number; readonly downMs: number; readonly trap: Trap }
  /** All processes at once. */
  | { readonly kind: 'blackout'; readonly downMs: number }
  | { readonly kind: 'deploy' | 'drop' | 'refresh' | 'connections' | 'flush' }
  | { readonly kind: 'redeliver'; readonly back: number }
  | { readonly kind: 'answer'; readonly method: string; readonly fault: AnswerFault; readonly times: number }
  /** Redis: gone and then reading its file; answering nobody; out of memory; a replica, as after a failover. */
  | { readonly kind: 'restart' | 'slow' | 'full' | 'readonly'; readonly forMs: number };

export interface Step {
  /** Milliseconds from the beginning of the run. */
  readonly at: number;
  readonly fault: Fault;
}

/** Until `endsAt`, in milliseconds, when all processes are killed at once: what they were at is for those that come after them. */
export function scheduleOf(chances: Chances, endsAt: number, processes: number): Step[] {
  const steps: Step[] = [];
  /** When each process may be told again to fail. */
  const freeAt = Array.from({ length: processes }, () => 0);
  for (let at = millis(chances, PAUSE_MS); at < endsAt; at += millis(chances, PAUSE_MS)) {
    const fault = faultOf(chances, processes);
    if ('victim' in fault && at < (freeAt[fault.victim] ?? 0)) continue;
    if ('victim' in fault) freeAt[fault.victim] = at + undisturbedMs(fault);
    steps.push({ at, fault });
  }
  return [...steps, { at: endsAt, fault: { kind: 'blackout', downMs: millis(chances, DOWN_MS) } }];
}

/** A process is left alone until its trap has sprung, and until it has woken up and gone on. */
function undisturbedMs(fault: Fault): number {
  if (fault.kind === 'trap') return fault.downMs + SPRINGS_WITHIN_MS + (fault.trap.hangMs ?? 0);
  return fault.kind === 'hang' ? fault.forMs + GOES_ON_MS : 0;
}

function faultOf(chances: Chances, processes: number): Fault {
  const kind = chances.pickOf(KINDS);
  const victim = chances.whole(0, processes - 1);
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
      return { kind, back: chances.whole(1, RECENT_EVENTS) };
    case 'answer':
      return answerOf(chances);
    case 'restart':
    case 'slow':
    case 'full':
    case 'readonly':
      break;
  }
  return { kind, forMs: millis(chances, REDIS_MS) };
}

function trapOf(chances: Chances): Trap {
  const point: Point = chances.pick(POINTS);
  const passing = chances.whole(1, MOST_PASSINGS);
  return { point, passing, ...(chances.happens(HANGS) && { hangMs: millis(chances, TRAPPED_MS) }) };
}

function answerOf(chances: Chances): Fault {
  const kind = chances.pickOf(ANSWER_KINDS);
  if (kind === 'streamEnded') return { kind: 'answer', method: chances.pick(STREAMING), fault: STREAM_ENDED, times: 1 };
  const fault = ANSWERS[kind];
  const times = 'status' in fault ? chances.whole(1, MOST_CALLS) : 1;
  return { kind: 'answer', method: chances.pick(WRITING), fault, times };
}

function millis(chances: Chances, [low, high]: [number, number]): number {
  return Math.round(chances.between(low, high));
}

/** One line: `kill victim 1, downMs 1200`. */
export function wordsFor({ kind, ...details }: Fault): string {
  return [kind, words(details)].filter(Boolean).join(' ');
}

function words(details: object): string {
  return Object.entries(details)
    .map(([name, value]) => (typeof value === 'object' ? words(value as object) : `${name} ${String(value)}`))
    .join(', ');
}
