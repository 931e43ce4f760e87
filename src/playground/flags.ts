import { parseArgs } from 'node:util';

const DEFAULT_PORT = 4000;

export const USAGE = `Usage: npm run playground -- [--port N]

  --port N   where the page is served on 127.0.0.1; another one is taken if N is in use (default ${DEFAULT_PORT})
  --help     this text`;

/** The command line cannot be used. The message names the flag. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

export interface Flags {
  /** 0 for any free port. */
  readonly port: number;
  readonly help: boolean;
}

/**
 * The flags of the command line, without the program's own name.
 * Throws `FlagError`.
 */
export function readFlags(args: readonly string[]): Flags {
  const { tokens } = parseArgs({
    args: [...args],
    options: { port: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    strict: false,
    tokens: true,
  });
  let port = DEFAULT_PORT;
  let help = false;
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') throw new FlagError(`"${token.value}" is not a flag`);
    if (token.name === 'port') port = portOf(token.value);
    else if (token.name !== 'help' && token.name !== 'h') throw new FlagError(`there is no flag ${token.rawName}`);
    else if (token.value !== undefined) throw new FlagError(`${token.rawName} takes no value`);
    else help = true;
  }
  return { port, help };
}

function portOf(written: string | undefined): number {
  if (written === undefined) throw new FlagError('--port needs a number');
  if (!/^\d{1,5}$/.test(written) || Number(written) > 65_535) throw new FlagError(`--port must be a whole number from 0 to 65535, not "${written}"`);
  return Number(written);
}
