import { expect, test } from '@jest/globals';
import { readFlags } from '../../src/playground/flags.js';

test.each([
  [[], {}],
  [['--port', '5000'], { port: 5000 }],
  [['--port=0'], { port: 0 }],
  [['--model', 'llama3.2'], { model: 'llama3.2' }],
  [['--system-prompt-file', './prompt.md'], { systemPromptFile: './prompt.md' }],
  [['--terminal'], { terminal: true }],
  [['--open'], { open: true }],
  [['--local'], { local: true }],
  [['--help'], { help: true }],
  [['-h'], { help: true }],
  [['--'], {}],
])('%j is understood', (args, flags) => {
  expect(readFlags(args)).toEqual({ port: 4000, open: false, local: false, terminal: false, help: false, ...flags });
});

test.each([
  [['--prot', '1'], 'there is no flag --prot'],
  [['-p'], 'there is no flag -p'],
  [['4000'], '"4000" is not a flag'],
  [['--port'], '--port needs a value'],
  [['--model'], '--model needs a value'],
  [['--model', '--terminal'], '--model needs a value'],
  [['--system-prompt-file='], '--system-prompt-file needs a value'],
  [['--toString'], 'there is no flag --toString'],
  [['--terminal=no'], '--terminal takes no value'],
  [['--port', 'abc'], '--port must be a whole number from 0 to 65535, not "abc"'],
  [['--port=70000'], '--port must be a whole number from 0 to 65535, not "70000"'],
  [['--open', '--terminal'], '--open and --terminal exclude each other'],
  [['--help=yes'], '--help takes no value'],
])('%j is refused: %s', (args, message) => {
  expect(() => readFlags(args)).toThrow(message);
});
