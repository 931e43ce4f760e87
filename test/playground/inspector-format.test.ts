/** A plain JavaScript module of the page that needs no DOM. */
import { beforeAll, describe, expect, test } from '@jest/globals';

interface Format {
  counted(count: number, noun: string): string;
  percent(part: number, whole: number): string;
  duration(ms: number): string;
  dollars(usd: number): string;
  clock(ms: number): string;
  millisecondsOf(ts: string): number;
  shortened(text: string, longest: number): string;
  withNames(text: string, nameOf: (id: string) => string): string;
}

let format: Format;

beforeAll(async () => {
  const path: string = '../../src/playground/page/inspector/format.js';
  format = (await import(path)) as Format;
});

test.each([
  [0, '0 turns'],
  [1, '1 turn'],
  [12_345, '12,345 turns'],
])('%i turns: %s', (count, said) => {
  expect(format.counted(count, 'turn')).toBe(said);
});

test.each([
  [0, 100, '0 %'],
  [0, 0, '0 %'],
  [1, 1_000, '< 1 %'],
  [82, 100, '82 %'],
  [999, 1_000, '> 99 %'],
  [1_000, 1_000, '100 %'],
])('%i of %i is %s', (part, whole, share) => {
  expect(format.percent(part, whole)).toBe(share);
});

test.each([
  [0, '0 ms'],
  [812.4, '812 ms'],
  [999.6, '1.00 s'],
  [1_234, '1.23 s'],
  [12_840, '12.8 s'],
  [125_000, '2 min 5 s'],
  [119_700, '2 min 0 s'],
])('%d ms: %s', (ms, said) => {
  expect(format.duration(ms)).toBe(said);
});

test.each([
  [0, '$0'],
  [0.000_000_4, 'less than $0.000001'],
  [0.000_012_6, '$0.000013'],
  [0.0012, '$0.0012'],
  [0.0496, '$0.050'],
  [0.25, '$0.25'],
  [3.456, '$3.46'],
])('%d dollars: %s', (usd, said) => {
  expect(format.dollars(usd)).toBe(said);
});

test('a ts is shown as local time', () => {
  const at = new Date(2026, 10, 22, 9, 4, 5);
  expect(format.clock(format.millisecondsOf(`${at.getTime() / 1000}.000100`))).toBe('09:04:05');
});

describe('a shortened text', () => {
  test('stays as it is when it fits', () => {
    expect(format.shortened('  two\nlines ', 20)).toBe('two lines');
    expect(format.shortened('exact', 5)).toBe('exact');
  });

  test('is cut without a space before the dots, and never through a character', () => {
    expect(format.shortened('one two three', 8)).toBe('one two…');
    expect(format.shortened('🧶🧶🧶', 2)).toBe('🧶🧶…');
  });

  test('is marked as cut even when its beginning is mostly whitespace', () => {
    expect(format.shortened(`a${' '.repeat(100)}b`, 10)).toBe('a…');
  });
});

test('user ids in a text are replaced by names', () => {
  expect(format.withNames('<@U1> and <@U2>, a <b>', (id) => (id === 'U1' ? 'Ada' : 'Somebody'))).toBe(
    '@Ada and @Somebody, a <b>',
  );
});
