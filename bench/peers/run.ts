/**
 * npm run bench:peers: Skein beside what people would take instead, under the same load, on the same Slack (simulated),
 * model (simulated) and Redis.
 */
import { availableParallelism, cpus } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { countOrExit, flagsOrExit } from '../../scripts/command-line.js';
import { type Bot, type BotName, BOTS, HOW_TO_INSTALL, peersAreInstalled } from './bots.js';
import { compareWithGoals, goalLine, type Round } from './goals.js';
import { type Figures, IDLE_MS, measure, MENTIONS, PER_SECOND, WARM_UP } from './measure.js';
import { Stage } from './stage.js';
import { table } from './table.js';

/** Every bot is measured once in each place of the order. */
const DEFAULT_ROUNDS = String(BOTS.length);

/** Of the event loop's delay; the histogram contains it. */
const RESOLUTION_MS = 1;

const USAGE = `Usage: npm run bench:peers -- [flags]

Measures Skein and three other bots under the same load, see docs/peers.md. Needs Linux and a redis-server.
Install the other bots first: ${HOW_TO_INSTALL}

  --rounds N        how often each bot is measured (default ${DEFAULT_ROUNDS})
  --warm-up N       replies before the measured ones (default ${WARM_UP}); after a thousand or so, all that runs often is compiled
  --json            every round as JSON on standard output; the rest goes to standard error
  --if-installed    if the other bots are missing: says how to install them, and succeeds
  --help            this text`;

const flags = flagsOrExit(USAGE, {
  rounds: { type: 'string' },
  'warm-up': { type: 'string' },
  json: { type: 'boolean' },
  'if-installed': { type: 'boolean' },
});
const roundsToPlay = countOrExit(USAGE, 'rounds', flags.get('rounds') ?? DEFAULT_ROUNDS);
const warmUp = countOrExit(USAGE, 'warm-up', flags.get('warm-up') ?? String(WARM_UP));
const say = (line: string): void => void (flags.has('json') ? process.stderr : process.stdout).write(`${line}\n`);

if (peersAreInstalled()) await run(roundsToPlay);
else {
  say(`The other bots are not installed, so nothing is compared. Install them: ${HOW_TO_INSTALL}`);
  process.exitCode = flags.has('if-installed') ? 0 : 1;
}

async function run(count: number): Promise<void> {
  say(
    `Skein beside other bots: ${MENTIONS} mentions at ${PER_SECOND} a second after ${warmUp} to warm up, answers of ` +
      `60 words, the first after 300 ms, then 67 tokens a second; idle is ${IDLE_MS / 1_000} s after the start`,
  );
  const before = coreTimes();
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const stage = await Stage.start();
  const rounds: Round[] = [];
  try {
    while (rounds.length < count) rounds.push(await playRound(stage, inOrder(rounds.length)));
  } finally {
    await stage.stop();
  }
  delay.disable();
  say(`\nMedians over ${count} rounds, in turns; in brackets the ratio to Skein's`);
  for (const line of table(rounds)) say(line);
  const goals = compareWithGoals(rounds);
  say('\nGoals, as medians of what each round says');
  for (const goal of goals) say(goalLine(goal));
  const late = (percent: number): number => delay.percentile(percent) / 1e6 - RESOLUTION_MS;
  const delayMs = { p50: late(50), p99: late(99) };
  say(
    `\nThe bench's own event loop was late by ${delayMs.p50.toFixed(1)} ms (p50), ${delayMs.p99.toFixed(1)} ms (p99)`,
  );
  const after = coreTimes();
  const busyShare = (after.busy - before.busy) / (after.all - before.all);
  say(`The machine's cores were busy for ${(100 * busyShare).toFixed(0)} % of the time, pauses included`);
  const machine = { cores: availableParallelism(), node: process.version, busyShare };
  if (flags.has('json')) process.stdout.write(`${JSON.stringify({ machine, delayMs, rounds, goals }, null, 2)}\n`);
  if (rounds.some(({ skein }) => skein.answers.whole < MENTIONS)) process.exitCode = 1;
}

/** Of all processes, in milliseconds since the machine's start. */
function coreTimes(): { busy: number; all: number } {
  const times = cpus().map((core) => core.times);
  const all = times.reduce((sum, { user, nice, sys, irq, idle }) => sum + user + nice + sys + irq + idle, 0);
  return { busy: all - times.reduce((sum, { idle }) => sum + idle, 0), all };
}

function inOrder(round: number): Bot[] {
  const first = round % BOTS.length;
  return [...BOTS.slice(first), ...BOTS.slice(0, first)];
}

async function playRound(stage: Stage, order: readonly Bot[]): Promise<Round> {
  const round = new Map<BotName, Figures>();
  for (const bot of order) {
    const figures = await measure(stage, bot, warmUp);
    round.set(bot.name, figures);
    say(`  ${bot.title}: ${figures.cpuPerReplyMs.toFixed(1)} ms of CPU a reply, ${figures.answers.whole} answered`);
  }
  return Object.fromEntries(round) as unknown as Round;
}
