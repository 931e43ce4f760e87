/** Every program of package.json says what it does, and refuses what it does not know, before it does anything. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { built } from '../support/built.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { scripts: Record<string, string> };

/** Programs of our own that npm starts, by script. `start` is the bot, which has settings instead of flags. */
const PROGRAMS = Object.entries(scripts).flatMap(([name, line]) => {
  const commands = line.split(' && ').filter((command) => /^(tsx|node dist)/.test(command));
  return name.startsWith('test') ? [] : [[name, commands] as const];
});
const WITH_FLAGS = PROGRAMS.filter(([, commands]) => commands.length > 0);

/** As npm does: what the person adds goes to the last command. */
async function run(commands: readonly string[], arg: string): Promise<{ code: number | null; said: string }> {
  const [runner = '', file = '', ...args] = commands.at(-1)?.split(' ') ?? [];
  const program = runner === 'node' ? [built(file.replace(/^dist\/|\.js$/g, ''))] : ['--import', 'tsx', file];
  const env = { ...process.env, NODE_OPTIONS: '' };
  const child = spawn(process.execPath, [...program, ...args, arg], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const said = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: (await closed)[0], said: said.join('') };
}

test('they are the programs that we know of', () => {
  expect(WITH_FLAGS.map(([name]) => name)).toEqual(
    expect.arrayContaining(['usage', 'playground', 'replay', 'bench', 'bench:peers', 'chaos', 'chaos:sabotage']),
  );
});

describe.each(WITH_FLAGS)('npm run %s', (name, commands) => {
  test('is one program, which gets all flags', () => {
    expect(commands).toHaveLength(1);
  });

  test('-- --help prints its usage', async () => {
    const { code, said } = await run(commands, '--help');
    expect(said).toMatch(new RegExp(`^Usage: npm run ${name}\\b`));
    expect(code).toBe(0);
  });

  test('refuses a flag that it does not know, and prints its usage', async () => {
    const { code, said } = await run(commands, '--no-such-flag');
    expect(said).toContain('--no-such-flag');
    expect(said).toContain(`Usage: npm run ${name}`);
    expect(code).not.toBe(0);
  });
});
