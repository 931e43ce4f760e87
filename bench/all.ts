/** npm run bench: the benches one after another, each in a process of its own. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { flagsOrExit } from '../scripts/command-line.js';

const USAGE = `Usage: npm run bench

Measures the figures of docs/benchmarks.md and docs/cost.md on this machine, in about twenty minutes: what long threads
cost, then times, Redis commands and memory, then load and growth, then the comparison with other bots if they are
installed. Needs a redis-server.

  --help    this text`;

const BENCHES: readonly (readonly [URL, ...string[]])[] = [
  [new URL('./memory/run.ts', import.meta.url)],
  [new URL('./run.ts', import.meta.url)],
  [new URL('./load/run.ts', import.meta.url)],
  [new URL('./peers/run.ts', import.meta.url), '--if-installed'],
];

flagsOrExit(USAGE, {});
for (const [program, ...args] of BENCHES) {
  const command = ['--import', 'tsx', fileURLToPath(program), ...args];
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
