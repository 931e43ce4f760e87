import { expect, test } from '@jest/globals';
import { byCaller, byFunction, byPlace, type CpuProfile, withCallees } from '../../bench/profile-times.js';

type Frame = [id: number, functionName: string, url: string, children?: number[]];

const FRAMES: Frame[] = [
  [1, '(root)', '', [2, 6, 7]],
  [2, 'answer', 'file:///app/dist/conversation/answer.js', [3, 5]],
  [3, 'send', 'file:///app/node_modules/ioredis/node_modules/@scope/wire/built/send.js', [4]],
  [4, 'write', 'node:net', [8]],
  [5, 'answer', 'file:///app/dist/conversation/answer.js'],
  [6, '(idle)', ''],
  [7, '(garbage collector)', ''],
  [8, 'writev', ''],
];

/** One sample a millisecond from 1 s on. */
function profileOf(samples: number[]): CpuProfile {
  const nodes = FRAMES.map(([id, functionName, url, children = []]) => ({
    id,
    callFrame: { functionName, url, lineNumber: 9 },
    children,
  }));
  return { nodes, startTime: 1_000_000, samples, timeDeltas: samples.map((_, at) => (at === 0 ? 0 : 1_000)) };
}

const ALL = { from: 0, to: Number.POSITIVE_INFINITY };
const PROFILE = profileOf([2, 3, 4, 5, 6, 7, 8, 1]);

function entries(times: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...times].filter(([, ms]) => ms > 0));
}

test('the time of functions themselves, those of one name and place together, without idling', () => {
  expect(entries(byFunction(PROFILE, ALL))).toEqual({
    'answer  dist/conversation/answer.js:10': 2,
    'send  node_modules/@scope/wire/built/send.js:10': 1,
    'write  node:net:10': 1,
    writev: 1,
    '(garbage collector)': 1,
  });
});

test('native code counts for the module that calls it', () => {
  expect(entries(byPlace(PROFILE, ALL))).toEqual({
    'dist/conversation/answer.js': 2,
    'node_modules/@scope/wire': 1,
    'node:net': 2,
    '(garbage collector)': 1,
  });
});

test("Node's modules count for the package that calls them", () => {
  expect(entries(byCaller(PROFILE, ALL))).toEqual({
    'dist/conversation/answer.js': 2,
    'node_modules/@scope/wire': 3,
    '(garbage collector)': 1,
  });
});

test('what a function calls counts once, also when it calls itself', () => {
  expect(entries(withCallees(PROFILE, ALL))).toEqual({ 'answer  dist/conversation/answer.js:10': 5 });
});

test('only the given span counts', () => {
  expect(entries(byPlace(PROFILE, { from: 1_001_000, to: 1_003_000 }))).toEqual({
    'node_modules/@scope/wire': 1,
    'node:net': 1,
  });
});
