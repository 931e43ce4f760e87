import { expect, test } from '@jest/globals';
import { describeFault, scheduleFrom, scheduleOf, type Step } from '../../chaos/faults/schedule.js';
import { surroundingsOf, type SurroundingFault } from '../../chaos/faults/surroundings.js';
import { SeededRandom } from '../../chaos/random.js';

const HOUR_MS = 3_600_000;
const PROCESSES = 3;
const scheduled = (seed: number): Step[] => scheduleOf(new SeededRandom(seed), HOUR_MS, PROCESSES);

test('the same seed gives the same schedule', () => {
  expect(scheduled(7)).toEqual(scheduled(7));
  expect(scheduled(7)).not.toEqual(scheduled(8));
});

test('has every kind of fault, sorted by time, and ends with a blackout', () => {
  const steps = scheduled(7);
  const kinds = new Set(steps.map(({ fault }) => fault.kind));
  const all = [
    'kill',
    'term',
    'blackout',
    'deploy',
    'hang',
    'trap',
    'drop',
    'refresh',
    'redeliver',
    'answer',
    'restart',
    'connections',
    'flush',
    'slow',
    'full',
    'readonly',
  ];
  expect([...kinds].toSorted()).toEqual(all.toSorted());
  expect(steps.map(({ at }) => at)).toEqual(steps.map(({ at }) => at).toSorted((a, b) => a - b));
  expect(steps.at(-1)).toMatchObject({ at: HOUR_MS, fault: { kind: 'blackout' } });
});

test('a process gets no other fault while it waits for its trap or hangs', () => {
  const steps = scheduled(7).filter(({ fault }) => 'victim' in fault && fault.victim === 0);
  const traps = steps.filter(({ fault }) => fault.kind === 'trap');
  expect(traps.length).toBeGreaterThan(10);
  for (const { at } of traps) expect(steps.filter((other) => other.at > at && other.at < at + 6_000)).toEqual([]);
  for (const { at, fault } of steps) {
    if (fault.kind === 'hang')
      expect(steps.filter((other) => other.at > at && other.at < at + fault.forMs)).toEqual([]);
  }
});

test('describes a fault in one line', () => {
  const line = describeFault({
    kind: 'trap',
    victim: 1,
    downMs: 300,
    trap: { point: 'mid-stream', passing: 2, hangMs: 12_000 },
  });
  expect(line).toBe('trap victim 1, downMs 300, point mid-stream, passing 2, hangMs 12000');
});

const surroundings = (seed: number): ReturnType<typeof surroundingsOf> =>
  surroundingsOf(new SeededRandom(seed), HOUR_MS);

test('the same seed gives the same faults around the bot, of every kind and in every form', () => {
  expect(surroundings(7)).toEqual(surroundings(7));
  expect(surroundings(7)).not.toEqual(surroundings(8));
  const forms = new Set(surroundings(7).map(({ fault }) => formOf(fault)));
  expect([...forms].toSorted()).toEqual([
    'handshake hang 1',
    'handshake hang 2',
    'handshake silent 1',
    'handshake silent 2',
    'orphan held',
    'orphan removed',
    'silence',
    'stall model hang',
    'stall model page',
    'stall slack hang',
    'stall slack page',
    'wipe',
    'wipe while down',
  ]);
});

function formOf(fault: SurroundingFault): string {
  if (fault.kind === 'wipe') return fault.downMs === undefined ? 'wipe' : 'wipe while down';
  const details = { ...fault, ...(fault.kind === 'stall' && { forMs: undefined }) };
  return Object.values(details)
    .filter((value) => value !== undefined)
    .join(' ');
}

test('a stall lasts from one second to eight', () => {
  const spans = surroundings(7).flatMap(({ fault }) => (fault.kind === 'stall' ? [fault.forMs] : []));
  expect(spans.length).toBeGreaterThan(50);
  expect(Math.min(...spans)).toBeGreaterThanOrEqual(1_000);
  expect(Math.max(...spans)).toBeLessThanOrEqual(8_000);
});

test('a run has the faults of both groups, sorted by time, each as without the other group', () => {
  const chances = { faults: new SeededRandom(7), surroundings: new SeededRandom(12) };
  const steps = scheduleFrom(chances, HOUR_MS, PROCESSES);
  const kinds = new Set<string>(surroundings(12).map(({ fault }) => fault.kind));
  expect(steps.filter(({ fault }) => !kinds.has(fault.kind))).toEqual(scheduled(7));
  expect(steps.filter(({ fault }) => kinds.has(fault.kind))).toEqual(surroundings(12));
  expect(steps.map(({ at }) => at)).toEqual(steps.map(({ at }) => at).toSorted((a, b) => a - b));
  expect(steps.at(-1)).toMatchObject({ at: HOUR_MS, fault: { kind: 'blackout' } });
});
