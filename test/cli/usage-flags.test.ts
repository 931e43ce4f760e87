import { expect, test } from '@jest/globals';
import { readUsageFlags } from '../../src/cli/usage/flags.js';

const NOW = Date.UTC(2026, 10, 30, 23, 59);

test.each([
  [[], {}],
  [['--month', '2026-10'], { period: '2026-10' }],
  [['--day=2028-02-29'], { period: '2028-02-29' }],
  [['--json'], { json: true }],
  [['--help'], { help: true }],
  [['-h'], { help: true }],
])('%j is understood', (args, flags) => {
  expect(readUsageFlags(args, NOW)).toEqual({ period: '2026-11', json: false, help: false, ...flags });
});

test.each([
  [['--year', '2026'], 'there is no flag --year'],
  [['2026-11'], '"2026-11" is not a flag'],
  [['--day'], '--day needs a value'],
  [['--json=yes'], '--json takes no value'],
  [['--month', '2026-11', '--day', '2026-11-05'], '--month and --day exclude each other'],
  [['--month', '2026-13'], '--month must be a month such as 2026-11, not "2026-13"'],
  [['--month', '2026-11-05'], '--month must be a month such as 2026-11, not "2026-11-05"'],
  [['--day', '2026-02-29'], '--day must be a day such as 2026-11-05, not "2026-02-29"'],
  [['--day', 'today'], '--day must be a day such as 2026-11-05, not "today"'],
])('%j is refused: %s', (args, message) => {
  expect(() => readUsageFlags(args, NOW)).toThrow(message);
});
