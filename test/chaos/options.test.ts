import { expect, test } from '@jest/globals';
import { readOptions, USAGE } from '../../chaos/options.js';

test.each([['--help'], ['-h']])('%s asks for the usage, which names every flag', (flag) => {
  expect(readOptions([flag]).help).toBe(true);
  expect(readOptions([]).help).toBe(false);
  for (const name of ['minutes', 'seed', 'processes', 'shards', 'rate', 'deep', 'sabotage', 'help'])
    expect(USAGE).toContain(`--${name} `);
});

test.each([
  [['--minutes', 'x'], '--minutes must be a number above 0, not "x"'],
  [['--sabotage', 'none'], '--sabotage must be one of '],
  [['--fast'], "Unknown option '--fast'"],
])('%j is refused: %s', (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});
