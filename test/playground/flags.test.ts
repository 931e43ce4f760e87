import { expect, test } from '@jest/globals';
import { readFlags } from '../../src/playground/flags.js';

test.each([
  [[], { port: 4000, help: false }],
  [['--port', '5000'], { port: 5000, help: false }],
  [['--port=0'], { port: 0, help: false }],
  [['--help'], { port: 4000, help: true }],
  [['-h'], { port: 4000, help: true }],
  [['--'], { port: 4000, help: false }],
])('%j is understood', (args, flags) => {
  expect(readFlags(args)).toEqual(flags);
});

test.each([
  [['--prot', '1'], 'there is no flag --prot'],
  [['-p'], 'there is no flag -p'],
  [['4000'], '"4000" is not a flag'],
  [['--port'], '--port needs a number'],
  [['--port', 'abc'], '--port must be a whole number from 0 to 65535, not "abc"'],
  [['--port=70000'], '--port must be a whole number from 0 to 65535, not "70000"'],
  [['--help=yes'], '--help takes no value'],
])('%j is refused: %s', (args, message) => {
  expect(() => readFlags(args)).toThrow(message);
});
