import { FlagError, parseFlags } from '../ops/flags.js';

const DEFAULT_PORT = 4000;

export const USAGE = `Usage: npm run playground -- [flags]

  --port N                     port of the page on 127.0.0.1 (default ${DEFAULT_PORT}; another one if it is in use)
  --open                       open the page in the browser
  --local                      use a model server on this machine: Ollama, LM Studio or llama.cpp, on its usual port
  --model NAME                 use this model instead of OPENAI_MODEL
  --system-prompt-file PATH    file with the system prompt; re-read whenever the bot restarts
  --terminal                   chat in this terminal, without a page
  --help                       this text

Settings such as OPENAI_API_KEY, OPENAI_BASE_URL and REDIS_URL come from the environment or from .env.`;

export interface Flags {
  /** 0 for any free port. */
  readonly port: number;
  readonly open: boolean;
  /** Use a model server on this machine. */
  readonly local: boolean;
  readonly model?: string;
  readonly systemPromptFile?: string;
  readonly terminal: boolean;
  readonly help: boolean;
}

/**
 * Parses the command line arguments, without the program name.
 * Throws `FlagError`.
 */
export function readFlags(args: readonly string[]): Flags {
  const values = parseFlags(args, {
    port: { type: 'string' },
    open: { type: 'boolean' },
    local: { type: 'boolean' },
    model: { type: 'string' },
    'system-prompt-file': { type: 'string' },
    terminal: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  const [port, model, systemPromptFile] = ['port', 'model', 'system-prompt-file'].map((name) => values.get(name));
  if (values.has('open') && values.has('terminal'))
    throw new FlagError('--open and --terminal exclude each other: a terminal chat has no page');
  return {
    port: port === undefined ? DEFAULT_PORT : parsePort(port),
    open: values.has('open'),
    local: values.has('local'),
    ...(model !== undefined && { model }),
    ...(systemPromptFile !== undefined && { systemPromptFile }),
    terminal: values.has('terminal'),
    help: values.has('help'),
  };
}

function parsePort(value: string): number {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535)
    throw new FlagError(`--port must be a whole number from 0 to 65535, not "${value}"`);
  return Number(value);
}
