import { expect, test } from '@jest/globals';
import { compareWithGoals, goalLine, median, type Round } from '../../bench/peers/goals.js';
import type { Figures } from '../../bench/peers/measure.js';

const FIGURES: Figures = {
  modelP50Ms: 5,
  modelP99Ms: 20,
  cpuPerReplyMs: 10,
  startCpuMs: 300,
  idleMiB: 100,
  peakMiB: 150,
  slackCallsPerReply: 2,
  conversationsCalls: 0,
  calls: {},
  answers: { whole: 150, missing: 0, wrong: 0, several: 0 },
};

function round(own: Partial<Figures>): Round {
  return { skein: { ...FIGURES, ...own }, 'chat-sdk': FIGURES, bolt: FIGURES, 'bolt-edits': FIGURES };
}

test.each<[goal: RegExp, reached: Partial<Figures>, missed: Partial<Figures>]>([
  [/^CPU per streamed reply/, { cpuPerReplyMs: 6 }, { cpuPerReplyMs: 6.1 }],
  [/p50/, { modelP50Ms: 8 }, { modelP50Ms: 8.1 }],
  [/p99/, { modelP99Ms: 20 }, { modelP99Ms: 20.1 }],
  [/^Idle memory/, { idleMiB: 120 }, { idleMiB: 120.1 }],
  [/^Peak memory/, { peakMiB: 150 }, { peakMiB: 150.1 }],
  [/^CPU to start/, { startCpuMs: 360 }, { startCpuMs: 370 }],
  [/^Slack calls/, { slackCallsPerReply: 2 }, { slackCallsPerReply: 2.1 }],
  [/^conversations/, { conversationsCalls: 0 }, { conversationsCalls: 1 }],
])('%s holds up to its limit, and not beyond', (goal, reached, missed) => {
  const holds = (own: Partial<Figures>): boolean | undefined =>
    compareWithGoals([round(own)]).find(({ what }) => goal.test(what))?.holds;
  expect(holds(reached)).toBe(true);
  expect(holds(missed)).toBe(false);
});

test('bots are compared within each round', () => {
  const busy = { ...round({ idleMiB: 190 }), bolt: { ...FIGURES, idleMiB: 180 } };
  const goals = compareWithGoals([round({ idleMiB: 110 }), busy, round({ idleMiB: 150 })]);
  const idle = goals.find(({ what }) => what.startsWith('Idle'));
  expect(idle).toMatchObject({ value: 10, holds: true });
});

test('a goal that is missed says by how much', () => {
  const [cpu] = compareWithGoals([round({ cpuPerReplyMs: 8 })]);
  expect(cpu && goalLine(cpu)).toContain('0.80×, at most 0.6×: misses by 0.20×');
});

test('the median of an even number of samples is between the two in the middle', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([3, 1, 2])).toBe(2);
});
