/** The bot's command line. It has settings instead of flags, so only `--help` is known. */
import { FlagError, parseFlags } from '../ops/flags.js';

const USAGE = `Usage: npm start

Starts the bot. Settings come from the environment or from .env: copy .env.example to .env and fill it in.
docs/settings.md explains every setting.

  --help    this text

To try the bot without Slack, Redis or an API key: npm run playground`;

/** Prints the usage and exits if `args`, the command line without the program's name, asks for it or has anything unknown. */
export function readCommandLine(args: readonly string[]): void {
  if (args.length === 0) return;
  try {
    parseFlags(args, { help: { type: 'boolean', short: 'h' } });
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}\n`);
    process.exit(1);
  }
  process.stdout.write(`${USAGE}\n`);
  process.exit(0);
}
