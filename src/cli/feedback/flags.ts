import { parseFlags } from '../../ops/flags.js';

export const USAGE = `Usage: npm run feedback -- [flags]

Shows the answers that people have rated as bad, as long as their conversations are kept. Question and answer are in it only
where the person has agreed.

  --good       also those rated as good
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
