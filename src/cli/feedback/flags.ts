import { parseFlags } from '../../ops/flags.js';

export const USAGE = `Usage: npm run --silent feedback -- [flags]

  --good       also what people liked
  --json       not as text: JSON, one object for each
  --help       this text

What people think of answers, as long as the conversations are kept. Question and answer stand there only where the person
agreed. Where Redis is comes from the REDIS_… settings, in the environment or in .env.`;

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
