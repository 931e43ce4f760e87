/** Command lines of the programs that measure and test the bot. */
import { FlagError, parseFlags } from '../src/ops/flags.js';

/**
 * The flags given to this process. Prints `usage` and ends the process when they ask for help (code 0) or are wrong
 * (code 1). `flags` need not name `help`. `onName`: see `parseFlags`.
 */
export function flagsOrExit(
  usage: string,
  flags: Parameters<typeof parseFlags>[1],
  onName?: (name: string) => void,
): ReadonlyMap<string, string | undefined> {
  try {
    const given = parseFlags(process.argv.slice(2), { ...flags, help: { type: 'boolean', short: 'h' } }, onName);
    return given.has('help') ? end(usage, 0) : given;
  } catch (error) {
    if (error instanceof FlagError) return end(`${error.message}\n\n${usage}`, 1);
    throw error;
  }
}

/** The whole number above 0 that is given for a flag. Ends the process like `flagsOrExit` for anything else. */
export function countOrExit(usage: string, flag: string, value: string): number {
  const count = Number(value);
  if (Number.isSafeInteger(count) && count > 0) return count;
  return end(`--${flag} must be a whole number above 0, not "${value}"\n\n${usage}`, 1);
}

function end(text: string, code: number): never {
  process.stdout.write(`${text}\n`);
  return process.exit(code);
}
