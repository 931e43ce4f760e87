import type { Config } from '../config/config.js';
import { ConfigError } from '../config/faults.js';
import { readConfig } from '../config/read-config.js';
import type { Simulator } from '../simulator/index.js';
import type { Flags } from './flags.js';

type Environment = Readonly<Record<string, string | undefined>>;

export interface PlaygroundSettings {
  /** What the bot's process reads its config from. */
  readonly env: Environment;
  readonly config: Config;
  /** No model is set up: the stand-in answers. */
  readonly standIn: boolean;
  readonly storage: 'memory' | 'redis';
}

/** Whoever presses Ctrl-C need not wait for a reply to be finished: nothing is kept. */
const SHUTDOWN_TIMEOUT_MS = '1000';
/** A Redis that is not there is told of while one still looks. */
const START_TIMEOUT_MS = '8000';
/** For what is left in Redis should the end come without a warning. */
const CONVERSATION_TTL_DAYS = '1';

/** A warning says that a model failed; the stand-in does so only when somebody wants to see it, and a terminal shows the chat. */
const LOG_LEVEL = { quiet: 'error', usual: 'warn' };

/**
 * The bot's settings as they stand in the environment and on the command line, but for Slack's: the bot meets the
 * simulator alone, whatever real tokens are around. In Redis it has a prefix of its own, so that it never takes up the
 * conversations of a real bot, nor of another playground.
 * Throws `ConfigError`.
 */
export function playgroundSettings(
  given: Environment,
  flags: Pick<Flags, 'model' | 'systemPromptFile' | 'terminal'>,
  slack: Simulator,
): PlaygroundSettings {
  const isSet = (name: string): boolean => Boolean(given[name]?.trim());
  const standIn = !isSet('OPENAI_API_KEY') && !isSet('OPENAI_BASE_URL');
  if (standIn && flags.model !== undefined) {
    const hint =
      'set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own; or leave --model out to meet the stand-in';
    throw new ConfigError([{ variable: '--model', problem: `there is no service to ask for ${flags.model}`, hint }]);
  }
  const redis = ['REDIS_URL', 'REDIS_SENTINELS', 'REDIS_CLUSTER_NODES'].some(isSet);
  const env: Environment = {
    ...given,
    LOG_LEVEL: isSet('LOG_LEVEL') ? given['LOG_LEVEL'] : LOG_LEVEL[standIn || flags.terminal ? 'quiet' : 'usual'],
    SHUTDOWN_TIMEOUT_MS: isSet('SHUTDOWN_TIMEOUT_MS') ? given['SHUTDOWN_TIMEOUT_MS'] : SHUTDOWN_TIMEOUT_MS,
    START_TIMEOUT_MS: isSet('START_TIMEOUT_MS') ? given['START_TIMEOUT_MS'] : START_TIMEOUT_MS,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    SLACK_SIGNING_SECRET: undefined,
    PORT: undefined,
    ...(redis && { REDIS_PREFIX: `skein-playground-${slack.team.id}`, CONVERSATION_TTL_DAYS }),
    ...(flags.model !== undefined && { OPENAI_MODEL: flags.model }),
    ...(flags.systemPromptFile !== undefined && {
      SYSTEM_PROMPT_FILE: flags.systemPromptFile,
      SYSTEM_PROMPT: undefined,
    }),
    // The settings ask for a key; the stand-in never looks at it.
    ...(standIn && { OPENAI_API_KEY: 'none' }),
  };
  return { env, config: configFrom(env, flags), standIn, storage: redis ? 'redis' : 'memory' };
}

/** What came by a flag is complained of by the flag's name. */
function configFrom(env: Environment, flags: Pick<Flags, 'systemPromptFile'>): Config {
  try {
    return readConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError) || flags.systemPromptFile === undefined) throw error;
    throw new ConfigError(
      error.faults.map((fault) =>
        fault.variable === 'SYSTEM_PROMPT_FILE' ? { ...fault, variable: '--system-prompt-file' } : fault,
      ),
    );
  }
}
