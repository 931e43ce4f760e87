/** Every program of package.json says what it does, and refuses what it does not know, before it does anything. */
import { describe, expect, test } from '@jest/globals';
import { NPM_SCRIPTS, programsOf, runScript } from '../support/npm-scripts.js';

const PROGRAMS = Object.keys(NPM_SCRIPTS).filter((name) => !name.startsWith('test') && programsOf(name).length > 0);

test('they are the programs that we know of', () => {
  expect(PROGRAMS).toEqual(
    expect.arrayContaining([
      'start',
      'usage',
      'playground',
      'replay',
      'bench',
      'bench:peers',
      'chaos',
      'chaos:sabotage',
    ]),
  );
});

const commandOf = (name: string): string => (name === 'start' ? 'npm start' : `npm run ${name}`);

describe.each(PROGRAMS)('npm run %s', (name) => {
  test('is one program, which gets all flags', () => {
    expect(programsOf(name)).toHaveLength(1);
  });

  test('-- --help prints its usage', async () => {
    const { code, said } = await runScript(name, '--help');
    expect(said).toMatch(new RegExp(`^Usage: ${commandOf(name)}\\b`));
    expect(code).toBe(0);
  });

  test('refuses a flag that it does not know, and prints its usage', async () => {
    const { code, said } = await runScript(name, '--no-such-flag');
    expect(said).toContain('--no-such-flag');
    expect(said).toContain(`Usage: ${commandOf(name)}`);
    expect(code).not.toBe(0);
  });
});

test('the usage of the bot names its settings, and the way to try it without any', async () => {
  const { said } = await runScript('start', '--help');
  for (const name of ['.env', 'docs/settings.md', 'npm run playground']) expect(said).toContain(name);
});

test('the bot takes no names of files or commands either', async () => {
  const { code, said } = await runScript('start', 'help');
  expect(said).toContain('"help" is not a flag');
  expect(said).toContain('Usage: npm start');
  expect(code).toBe(1);
});
