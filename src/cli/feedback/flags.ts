import { parseFlags } from '../../ops/flags.js';

export const USAGE = `Usage: npm run feedback -- [flags]

Lists the answers that people rated as bad, as long as their conversations are kept. Questions and answers are included only if
the person agreed.

  --good       also list those rated as good
  --json       JSON instead of text; start it with npm run --silent feedback
  --help       this text

The REDIS_… settings come from the environment or from .env.`;

export interface FeedbackFlags {
  readonly good: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/** Parses the command line arguments, without the program name. Throws `FlagError`. */
export function readFeedbackFlags(args: readonly string[]): FeedbackFlags {
  const values = parseFlags(args, {
    good: { type: 'boolean' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  return { good: values.has('good'), json: values.has('json'), help: values.has('help') };
}
