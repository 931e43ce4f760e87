import { parseArgs } from 'node:util';
import { type Sabotage, SABOTAGES } from './bots/sabotage.js';

export const USAGE = `Usage: npm run chaos -- [flags]

  --minutes N        how long faults are injected (default 3)
  --seed N           repeats the schedule and messages of a run (default: a new seed)
  --processes N      number of bot processes (default 3)
  --shards N         queues that wake-ups are spread over, QUEUE_SHARDS (default 1)
  --rate N           people's actions per second (default 5)
  --deep             fewer and longer threads, with many summaries
  --sabotage NAME    builds a bug into the bot, which the checker must find: ${SABOTAGES.join(', ')}
  --help             this text`;

export interface Options {
  readonly minutes: number;
  readonly seed: number;
  /** Number of bot processes. */
  readonly processes: number;
  /** Queues that wake-ups are spread over. */
  readonly shards: number;
  /** People's actions per second. */
  readonly rate: number;
  /** Few threads, and long ones: many summaries. */
  readonly deep: boolean;
  readonly sabotage: Sabotage | undefined;
  /** Only print `USAGE`. */
  readonly help: boolean;
}

/** Throws a RangeError or TypeError with a message for the operator when an argument is invalid. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string', default: '3' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      processes: { type: 'string', default: '3' },
      shards: { type: 'string', default: '1' },
      rate: { type: 'string', default: '5' },
      deep: { type: 'boolean', default: false },
      sabotage: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const number = (name: 'minutes' | 'seed' | 'processes' | 'shards' | 'rate'): number => {
    const value = Number(values[name]);
    if (!Number.isFinite(value) || value <= 0)
      throw new RangeError(`--${name} must be a number above 0, not "${values[name]}"`);
    return value;
  };
  return {
    minutes: number('minutes'),
    seed: number('seed'),
    processes: number('processes'),
    shards: number('shards'),
    rate: number('rate'),
    deep: values.deep,
    sabotage: sabotageFrom(values.sabotage),
    help: values.help,
  };
}

function sabotageFrom(name: string | undefined): Sabotage | undefined {
  const known = SABOTAGES.find((sabotage) => sabotage === name);
  if (name !== undefined && known === undefined)
    throw new RangeError(`--sabotage must be one of ${SABOTAGES.join(', ')}, not "${name}"`);
  return known;
}
