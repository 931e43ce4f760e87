/**
 * npm run chaos:sabotage
 * Tests the checker: it must find the bug of each sabotaged bot, with the expected kind of finding, and the same run
 * with the unchanged bot must pass.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { countOrExit, flagsOrExit } from '../scripts/command-line.js';
import { FlagError } from '../src/ops/flags.js';
import { SABOTAGES } from './bots/sabotage.js';

const DEFAULT_TIMES = '1';
const DEFAULT_AT_ONCE = '2';
const RUN = fileURLToPath(new URL('./run.ts', import.meta.url));
/**
 * In this run a process hangs for longer than its lease and continues, others are killed in the middle of replies,
 * events are delivered twice, and people edit and delete messages.
 */
const RUN_ARGS = ['--minutes', '0.4', '--seed', '872'];
/**
 * In this run sockets are half-open, both Slack's API and the model hang, and the keys of the queue are deleted while all
 * processes are down.
 */
const SURROUNDINGS = ['--minutes', '0.5', '--seed', '17253'];
const MORE_ARGS: Readonly<Record<string, readonly string[]>> = {
  'no-sweeper': SURROUNDINGS,
  'ignore-late': SURROUNDINGS,
  impatient: SURROUNDINGS,
  'give-up-slow-replies': SURROUNDINGS,
  // A process has to die over a recording.
  'keep-claims': ['--minutes', '0.8', '--seed', '3697'],
  // It needs answers that are written again, among those with a picture.
  'forget-pictures': ['--minutes', '0.6', '--rate', '8'],
  // It needs more time: a conversation has to be summarized twice.
  'copy-summaries': ['--minutes', '0.8', '--processes', '2', '--rate', '8', '--deep'],
};
/** The unchanged bot, by name of the run. */
const HEALTHY: Readonly<Record<string, readonly string[]>> = { healthy: [], 'healthy, keys lost': SURROUNDINGS };

const USAGE = `Usage: npm run chaos:sabotage -- [NAME …] [flags]

Adds one bug after another to the bot, and fails unless the checker of the chaos run finds each. Needs a redis-server.

  NAME           only these bugs: ${SABOTAGES.join(', ')}
  --times N      how often each is tried (default ${DEFAULT_TIMES})
  --at-once N    runs at the same time (default ${DEFAULT_AT_ONCE})
  --help         this text`;

const positionals: string[] = [];
const flags = flagsOrExit(USAGE, { times: { type: 'string' }, 'at-once': { type: 'string' } }, (name) => {
  if (!SABOTAGES.some((known) => known === name)) throw new FlagError(`there is no sabotage "${name}"`);
  positionals.push(name);
});
const times = countOrExit(USAGE, 'times', flags.get('times') ?? DEFAULT_TIMES);
const atOnce = countOrExit(USAGE, 'at-once', flags.get('at-once') ?? DEFAULT_AT_ONCE);

const sabotages = positionals.length > 0 ? positionals : SABOTAGES;
/** Each as it is needed for comparison. */
const healthy = Object.keys(HEALTHY).filter(
  (name) => HEALTHY[name] !== SURROUNDINGS || sabotages.some((sabotage) => MORE_ARGS[sabotage] === SURROUNDINGS),
);
const names = [...healthy, ...sabotages];
const queue = Array.from({ length: times }, () => names).flat();
let failures = 0;

/** Runs once. The last line of its output is the result. */
async function check(name: string): Promise<void> {
  const unchanged = HEALTHY[name];
  const more = unchanged ?? [...(MORE_ARGS[name] ?? []), '--sabotage', name];
  const child = spawn(process.execPath, ['--import', 'tsx', RUN, ...RUN_ARGS, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) failures += 1;
  // A failed run is printed in full.
  const shown = code === 0 ? lines.slice(-1) : lines;
  process.stdout.write(`${shown.map((line) => `${unchanged ? `${name}: ` : ''}${line.trim()}`).join('\n')}\n`);
}

async function worker(): Promise<void> {
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) await check(name);
}

await Promise.all(Array.from({ length: atOnce }, worker));
process.exit(failures > 0 ? 1 : 0);
