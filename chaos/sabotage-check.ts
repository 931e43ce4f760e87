/**
 * npm run chaos:sabotage -- [NAME …] [--times 1] [--at-once 2]
 * Tests the checker: each bot that is made faulty on purpose has to be caught, and for the right reason; and the same
 * run with the bot as it is has to pass.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SABOTAGES } from './bots/sabotage.js';

const RUN = fileURLToPath(new URL('./run.ts', import.meta.url));
/**
 * In this run a process hangs for longer than its lock lasts and goes on, others are killed in the middle of replies,
 * deliveries are repeated, and people edit and take back what they wrote.
 */
const LENGTH = ['--minutes', '0.4', '--seed', '872'];
const HEALTHY = 'healthy';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { times: { type: 'string', default: '1' }, 'at-once': { type: 'string', default: '2' } },
});
const unknown = positionals.filter((name) => !SABOTAGES.some((known) => known === name));
if (unknown.length > 0) throw new RangeError(`${unknown.join(', ')}: there are ${SABOTAGES.join(', ')}`);

const names = [HEALTHY, ...(positionals.length > 0 ? positionals : SABOTAGES)];
const todo = Array.from({ length: Number(values.times) }, () => names).flat();
let failures = 0;

/** The last line that the run prints is its result. */
async function check(name: string): Promise<void> {
  const sabotage = name === HEALTHY ? [] : ['--sabotage', name];
  const child = spawn(process.execPath, ['--import', 'tsx', RUN, ...LENGTH, ...sabotage], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) failures += 1;
  // Where it went wrong, all of it is of interest.
  const told = code === 0 ? lines.slice(-1) : lines;
  process.stdout.write(`${told.map((line) => `${name === HEALTHY ? `${HEALTHY}: ` : ''}${line.trim()}`).join('\n')}\n`);
}

async function work(): Promise<void> {
  for (let name = todo.shift(); name !== undefined; name = todo.shift()) await check(name);
}

await Promise.all(Array.from({ length: Number(values['at-once']) }, work));
process.exit(failures > 0 ? 1 : 0);
