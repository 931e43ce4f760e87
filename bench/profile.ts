/**
 * npm run bench:profile: where Skein's CPU time goes under the load of bench:peers, without its start.
 */
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { countOrExit, flagsOrExit } from '../scripts/command-line.js';
import { SKEIN } from './peers/bots.js';
import { PER_SECOND, WARM_UP } from './peers/measure.js';
import { Stage } from './peers/stage.js';
import { byCaller, byFunction, byPlace, type CpuProfile, type Times, withCallees } from './profile-times.js';

const SAMPLING_US = 500;
const SETTLE_TIMEOUT_MS = 60_000;
const AFTERMATH_MS = 1_500;
const PLACES = 15;
const FUNCTIONS = 25;
const DEFAULT_REPLIES = '300';

const USAGE = `Usage: npm run bench:profile -- [flags]

Shows where Skein's CPU time goes under the load of bench:peers, without its startup. Needs Linux and a redis-server.
Line numbers are those of the built files in dist/.

  --replies N    how many replies are measured (default ${DEFAULT_REPLIES})
  --keep FILE    saves the profile, for Chrome DevTools or speedscope
  --help         this text`;

const flags = flagsOrExit(USAGE, { replies: { type: 'string' }, keep: { type: 'string' } });
const replies = countOrExit(USAGE, 'replies', flags.get('replies') ?? DEFAULT_REPLIES);
const keep = flags.get('keep');

const say = (line: string): void => void process.stdout.write(`${line}\n`);
/** The clock of V8's profiles. */
const nowUs = (): number => Number(process.hrtime.bigint() / 1_000n);

const directory = await mkdtemp(join(tmpdir(), 'skein-profile-'));
const stage = await Stage.start();
try {
  const options = ['--cpu-prof', `--cpu-prof-dir=${directory}`, `--cpu-prof-interval=${SAMPLING_US}`];
  const measured = await stage.perform(SKEIN, options, async (child, workspace) => {
    await workspace.settle(await workspace.ask(WARM_UP, PER_SECOND), SETTLE_TIMEOUT_MS);
    await wait(AFTERMATH_MS);
    const [from, cpuBefore] = [nowUs(), child.cpuMs];
    const questions = await workspace.ask(replies, PER_SECOND);
    await workspace.settle(questions, SETTLE_TIMEOUT_MS);
    await wait(AFTERMATH_MS);
    return { from, to: nowUs(), cpuMs: child.cpuMs - cpuBefore, whole: workspace.answers(questions).whole };
  });
  const [file] = await readdir(directory);
  if (file === undefined) throw new Error('Node has written no profile');
  if (keep !== undefined) await copyFile(join(directory, file), keep);
  const profile = JSON.parse(await readFile(join(directory, file), 'utf8')) as CpuProfile;
  say(
    `${measured.whole} of ${replies} replies whole; ${measured.cpuMs} ms of CPU in all threads, ` +
      `${(measured.cpuMs / replies).toFixed(2)} ms a reply (the profiler's own work included)`,
  );
  const places = byPlace(profile, measured);
  const busyMs = [...places.values()].reduce((sum, ms) => sum + ms, 0);
  say(`The main thread was busy for ${busyMs.toFixed(0)} ms, ${(busyMs / replies).toFixed(2)} ms a reply`);
  print('by package, module of Node or file of Skein (what is native counts for its caller)', places, PLACES);
  print('by package or file of Skein, with what it has Node do at once', byCaller(profile, measured), PLACES);
  print('by function', byFunction(profile, measured), FUNCTIONS);
  print('functions of Skein with all that they call, until they wait', withCallees(profile, measured), FUNCTIONS);
} finally {
  await stage.stop();
  await rm(directory, { recursive: true, force: true });
}

function print(title: string, times: Times, most: number): void {
  say(`\nMain thread, ${title}: ms in all, ms a reply`);
  const sorted = [...times].toSorted(([, one], [, other]) => other - one);
  for (const [key, ms] of sorted.slice(0, most))
    say(`${ms.toFixed(0).padStart(8)}${(ms / replies).toFixed(3).padStart(8)}  ${key}`);
}
