import { FlagError, parseFlags } from '../../ops/flags.js';
import { monthOf } from '../../usage/totals.js';

export const USAGE = `Usage: npm run usage -- [flags]

Shows the tokens and cost that Skein has recorded in Redis, by workspace, channel and person.

  --month YYYY-MM      one month (default: this month); months are kept for 400 days
  --day YYYY-MM-DD     one day; days are kept for 40 days
  --json               JSON instead of a table; start it with npm run --silent usage
  --help               this text

Days and months are in UTC. The REDIS_… settings come from the environment or from .env.`;

export interface UsageFlags {
  /** A day or a month, in the ledger's format: `2026-11-05` or `2026-11`. */
  readonly period: string;
  readonly json: boolean;
  readonly help: boolean;
}

/**
 * Parses the command line arguments, without the program name; `now` in milliseconds since 1970.
 * Throws `FlagError`.
 */
export function readUsageFlags(args: readonly string[], now: number): UsageFlags {
  const values = parseFlags(args, {
    month: { type: 'string' },
    day: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  const [month, day] = [values.get('month'), values.get('day')];
  if (month !== undefined && day !== undefined) throw new FlagError('--month and --day exclude each other');
  if (month !== undefined && !isDay(`${month}-01`))
    throw new FlagError(`--month must be a month such as 2026-11, not "${month}"`);
  if (day !== undefined && !isDay(day)) throw new FlagError(`--day must be a day such as 2026-11-05, not "${day}"`);
  return { period: day ?? month ?? monthOf(now), json: values.has('json'), help: values.has('help') };
}

function isDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const time = Date.parse(value);
  // `Date.parse` accepts some days that do not exist, such as 31 February, as days of the next month.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}
