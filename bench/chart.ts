/**
 * npm run bench:chart -- FILE [FOLDER]: draws what `npm run bench:peers -- --json > FILE` has measured, as
 * `benchmarks-light.svg` and `benchmarks-dark.svg` in the folder, by default `docs`.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BarChart, drawChart, THEMES } from './bar-chart.js';
import { BOTS } from './peers/bots.js';
import { median, type Round } from './peers/goals.js';
import type { Figures } from './peers/measure.js';

const USAGE = `Usage: npm run bench:chart -- FILE [FOLDER]

Draws the figures in FILE, the output of npm run bench:peers -- --json, as benchmarks-light.svg and
benchmarks-dark.svg in FOLDER (default docs).

  --help    this text`;

interface Measured {
  readonly machine: { readonly cores: number; readonly node: string };
  readonly rounds: readonly Round[];
}

const PANELS: readonly (readonly [title: string, unit: string, value: (figures: Figures) => number, digits: number])[] =
  [
    ['CPU per reply', 'ms', (figures) => figures.cpuPerReplyMs, 1],
    ['Event to model request, median', 'ms', (figures) => figures.modelP50Ms, 1],
    ['Memory at most', 'MiB', (figures) => figures.peakMiB, 0],
  ];

const [file, folder = 'docs'] = argumentsOrExit();
if (file === undefined) process.stdout.write(`${USAGE}\n`);
else await draw(JSON.parse(await readFile(file, 'utf8')) as Measured, folder);

/** None: help was asked for. */
function argumentsOrExit(): string[] {
  try {
    const help = { type: 'boolean', short: 'h', default: false } as const;
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { help } });
    if (!values.help && positionals.length === 0) throw new RangeError('FILE is missing');
    return values.help ? [] : positionals;
  } catch (error) {
    process.stdout.write(`${(error as Error).message}\n\n${USAGE}\n`);
    return process.exit(1);
  }
}

async function draw({ machine, rounds }: Measured, into: string): Promise<void> {
  const chart: BarChart = {
    panels: PANELS.map(([title, unit, value, digits]) => ({
      title: `${title}, ${unit}`,
      digits,
      bars: BOTS.map(({ name, title: label }) => ({
        label,
        value: median(rounds.map((round) => value(round[name]))),
        isOwn: name === 'skein',
      })),
    })),
    footer: `Less is better. 150 mentions at 30 a second, medians of ${rounds.length} rounds, ${machine.cores} cores, Node ${machine.node}: npm run bench:peers`,
  };
  await mkdir(into, { recursive: true });
  for (const [name, theme] of Object.entries(THEMES))
    await writeFile(join(into, `benchmarks-${name}.svg`), drawChart(chart, theme));
}
