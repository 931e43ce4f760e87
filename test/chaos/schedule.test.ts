import { expect, test } from '@jest/globals';
import { scheduleOf, type Step, describeFault } from '../../chaos/faults/schedule.js';
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
