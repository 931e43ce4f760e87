/** Every program of package.json says what it does, and refuses what it does not know, before it does anything. */
import { describe, expect, test } from '@jest/globals';
import { NPM_SCRIPTS, programsOf, runScript } from '../support/npm-scripts.js';

/** `start` is the bot, which has settings instead of flags. */
const PROGRAMS = Object.keys(NPM_SCRIPTS).filter(
  (name) => name !== 'start' && !name.startsWith('test') && programsOf(name).length > 0,
);

test('they are the programs that we know of', () => {
  expect(PROGRAMS).toEqual(
    expect.arrayContaining(['usage', 'playground', 'replay', 'bench', 'bench:peers', 'chaos', 'chaos:sabotage']),
  );
});

describe.each(PROGRAMS)('npm run %s', (name) => {
  test('is one program, which gets all flags', () => {
    expect(programsOf(name)).toHaveLength(1);
  });

  test('-- --help prints its usage', async () => {
    const { code, said } = await runScript(name, '--help');
    expect(said).toMatch(new RegExp(`^Usage: npm run ${name}\\b`));
    expect(code).toBe(0);
  });

  test('refuses a flag that it does not know, and prints its usage', async () => {
    const { code, said } = await runScript(name, '--no-such-flag');
    expect(said).toContain('--no-such-flag');
    expect(said).toContain(`Usage: npm run ${name}`);
    expect(code).not.toBe(0);
  });
});
