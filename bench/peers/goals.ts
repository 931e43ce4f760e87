import type { BotName } from './bots.js';
import type { Figures } from './measure.js';

/** The figures of every bot in one round. */
export type Round = Readonly<Record<BotName, Figures>>;

interface Goal {
  readonly what: string;
  /** Compares bots within a round, so that a machine that gets busier between rounds does not count. */
  readonly value: (round: Round) => number;
  readonly atMost: number;
  readonly unit: string;
}

const GOALS: readonly Goal[] = [
  {
    what: "CPU per streamed reply, to Chat SDK's",
    value: ({ skein, 'chat-sdk': chat }) => skein.cpuPerReplyMs / chat.cpuPerReplyMs,
    atMost: 0.6,
    unit: '×',
  },
  {
    what: 'Event → model, p50, beyond plain Bolt',
    value: ({ skein, bolt }) => skein.modelP50Ms - bolt.modelP50Ms,
    atMost: 3,
    unit: ' ms',
  },
  {
    what: "Event → model, p99, to Chat SDK's",
    value: ({ skein, 'chat-sdk': chat }) => skein.modelP99Ms / chat.modelP99Ms,
    atMost: 1,
    unit: '×',
  },
  {
    what: 'Idle memory, beyond plain Bolt',
    value: ({ skein, bolt }) => skein.idleMiB - bolt.idleMiB,
    atMost: 20,
    unit: ' MiB',
  },
  {
    what: "Peak memory, to Chat SDK's",
    value: ({ skein, 'chat-sdk': chat }) => skein.peakMiB / chat.peakMiB,
    atMost: 1,
    unit: '×',
  },
  {
    what: "CPU to start, to plain Bolt's",
    value: ({ skein, bolt }) => skein.startCpuMs / bolt.startCpuMs,
    atMost: 1.2,
    unit: '×',
  },
  { what: 'Slack calls per reply', value: ({ skein }) => skein.slackCallsPerReply, atMost: 2, unit: '' },
  { what: 'conversations.* calls', value: ({ skein }) => skein.conversationsCalls, atMost: 0, unit: '' },
];

export interface Result {
  readonly what: string;
  /** Median over the rounds. */
  readonly value: number;
  readonly atMost: number;
  readonly unit: string;
  readonly holds: boolean;
}

export function compareWithGoals(rounds: readonly Round[]): Result[] {
  return GOALS.map(({ value: valueOf, ...goal }) => {
    const value = median(rounds.map(valueOf));
    return { ...goal, value, holds: value <= goal.atMost };
  });
}

export function goalLine({ what, value, atMost, unit, holds }: Result): string {
  const verdict = holds ? 'holds' : `misses by ${(value - atMost).toFixed(2)}${unit}`;
  return `  ${holds ? '✓' : '✗'} ${what}: ${value.toFixed(2)}${unit}, at most ${atMost}${unit}: ${verdict}`;
}

/** NaN without samples. */
export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}
