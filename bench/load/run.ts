/** npm run bench:load: what one process holds, and how costs grow. */
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { figureLine, type Figure, isMet } from '../goal.js';
import { faults } from './faults.js';
import { firstWords } from './first-words.js';
import { growth } from './growth.js';
import { processes } from './processes.js';
import { queue } from './queue.js';
import type { Scene } from './scene.js';
import { streams } from './streams.js';
import { throughput } from './throughput.js';

const SCENES: readonly Scene[] = [firstWords, growth, throughput, streams, processes, queue, faults];
const NAMES = SCENES.map(({ name }) => name).join(', ');

const USAGE = `Usage: npm run bench:load -- [flags]

Measures what one process handles, and how costs grow. Takes about ten minutes, and needs a redis-server.
Fails if a goal is missed; with a scale below 1, goals are only shown.

  --only NAMES      some of ${NAMES}
  --scale NUMBER    multiplies the load; 0.1 for a quick try (default 1)
  --json FILE       also writes the figures to a file
  --help            this text`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const flags = flagsOrExit();
if (flags.help) say(USAGE);
else await run(chosen(flags.only), scaleFrom(flags.scale));

function flagsOrExit(): { only?: string; scale: string; json?: string; help: boolean } {
  try {
    const text = { type: 'string' } as const;
    const help = { type: 'boolean', short: 'h', default: false } as const;
    return parseArgs({ options: { only: text, scale: { ...text, default: '1' }, json: text, help } }).values;
  } catch (error) {
    say(`${(error as Error).message}\n\n${USAGE}`);
    return process.exit(1);
  }
}

function chosen(only: string | undefined): readonly Scene[] {
  if (only === undefined) return SCENES;
  return only.split(',').map((name) => {
    const scene = SCENES.find((one) => one.name === name.trim());
    if (!scene) throw new RangeError(`--only takes ${NAMES}, not "${name}"`);
    return scene;
  });
}

function scaleFrom(value: string): number {
  const scale = Number(value);
  if (scale > 0 && scale <= 10) return scale;
  throw new RangeError(`--scale must be a number above 0, at most 10, not "${value}"`);
}

async function run(scenes: readonly Scene[], times: number): Promise<void> {
  const results: Record<string, Figure[]> = {};
  for (const { name, title, measure } of scenes) {
    say(`\n${title}${times === 1 ? '' : `; × ${times}`}`);
    const figures = await measure(times);
    for (const figure of figures) say(figureLine(figure));
    results[name] = figures;
    if (times >= 1 && !figures.every(isMet)) process.exitCode = 1;
  }
  const machine = { cores: availableParallelism(), model: cpus()[0]?.model, node: process.version };
  if (flags.json !== undefined)
    await writeFile(flags.json, `${JSON.stringify({ at: new Date(), machine, scale: times, results }, null, 2)}\n`);
}
