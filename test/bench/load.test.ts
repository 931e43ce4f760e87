import { expect, test } from '@jest/globals';
import { drawChart, THEMES } from '../../bench/bar-chart.js';
import { figureLine, isMet } from '../../bench/goal.js';
import { firstWordsMs, lags } from '../../bench/load/lag.js';

const WRITTEN = [
  { at: 0, length: 10 },
  { at: 100, length: 20 },
  { at: 200, length: 30 },
];

test('what people see is as late as the oldest text that they do not see', () => {
  const shown = [
    { at: 100, length: 10 },
    { at: 250, length: 30 },
  ];
  expect(lags({ written: WRITTEN, shown })).toEqual([0, 50, 0, 50, 100, 0]);
  expect(firstWordsMs({ written: WRITTEN, shown })).toBe(100);
});

test('an answer that nobody saw says nothing about its lateness', () => {
  expect(lags({ written: WRITTEN, shown: [] })).toEqual([]);
  expect(firstWordsMs({ written: WRITTEN, shown: [] })).toBeUndefined();
});

test('a goal is met up to its limit', () => {
  const figure = { what: 'Lateness', value: 1.5, unit: 'paces', atMost: 1.5 };
  expect([isMet(figure), isMet({ ...figure, value: 1.51 }), isMet({ ...figure, value: Number.NaN })]).toEqual([
    true,
    false,
    false,
  ]);
  expect(figureLine(figure)).toBe('  ✓ Lateness: 1.5 paces, at most 1.5 paces');
  expect(figureLine({ what: 'Memory', value: 1_234, unit: 'MiB', digits: 0 })).toBe('    Memory: 1,234 MiB');
});

test('the longest bar takes all the room, the others their share', () => {
  const bars = [
    { label: 'Ours', value: 5, isOwn: true },
    { label: 'Theirs & others', value: 10, isOwn: false },
  ];
  const chart = drawChart({ panels: [{ title: 'CPU', digits: 0, bars }], footer: 'Less is better' }, THEMES.dark);
  const widths = Array.from(chart.matchAll(/<rect [^>]*width="([\d.]+)"/g), ([, width]) => Number(width));
  expect(widths[1]).toBe(2 * (widths[0] ?? Number.NaN));
  expect(chart).toContain('Theirs &amp; others');
});
