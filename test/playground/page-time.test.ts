/** Days and times on the page. The module needs no DOM. */
import { beforeAll, expect, test } from '@jest/globals';

interface PageTime {
  timeOf(ms: number): string;
  dayOf(ms: number, now: number): string;
  isSameDay(ms: number, other: number): boolean;
}

let time: PageTime;
const NOW = new Date(2026, 2, 30, 9, 5).getTime();
const before = (days: number, hours = 9): number => new Date(2026, 2, 30 - days, hours, 5).getTime();

beforeAll(async () => {
  const path: string = '../../src/playground/page/time.js';
  time = (await import(path)) as PageTime;
});

test('hours go from 0 to 23', () => {
  expect(time.timeOf(NOW)).toBe('09:05');
  expect(time.timeOf(before(0, 0))).toBe('00:05');
  expect(time.timeOf(before(0, 23))).toBe('23:05');
});

test.each([
  [before(0, 0), 'Today'],
  [before(1, 23), 'Yesterday'],
  // Over the change to summer time, a day has 23 hours.
  [before(2, 0), 'Saturday, March 28'],
  [before(100), 'December 20, 2025'],
])('%d is %s', (ms, name) => {
  expect(time.dayOf(ms, NOW)).toBe(name);
});

test('midnight separates days', () => {
  expect(time.isSameDay(before(0, 0), before(0, 23))).toBe(true);
  expect(time.isSameDay(before(0, 0), before(1, 23))).toBe(false);
});
