import type { Config } from '../config/config.js';
import { ConfigError } from '../config/faults.js';
import { readConfig } from '../config/read-config.js';
import type { Simulator } from '../simulator/index.js';
import type { Flags } from './flags.js';

type Environment = Readonly<Record<string, string | undefined>>;

export interface PlaygroundSettings {
  /** Environment for the bot's process. */
  readonly env: Environment;
  readonly config: Config;
  /** No model is configured: the stand-in answers. */
  readonly standIn: boolean;
  readonly storage: 'memory' | 'redis';
}

/** Short, so that Ctrl-C does not wait for a reply: nothing is kept anyway. */
const SHUTDOWN_TIMEOUT_MS = '1000';
/** Short, so that an unreachable Redis is reported while the user still watches. */
const START_TIMEOUT_MS = '8000';
/** Expires data left in Redis when the playground is killed. */
const CONVERSATION_TTL_DAYS = '1';

/** `quiet`: for the stand-in, which fails only on request, and for the terminal, where warnings disturb the chat. */
const LOG_LEVEL = { quiet: 'error', normal: 'warn' };

/** Whether the settings say where a Redis is. */
export function namesRedis(given: Environment): boolean {
  return ['REDIS_URL', 'REDIS_SENTINELS', 'REDIS_CLUSTER_NODES'].some((name) => given[name]?.trim());
}

/**
 * The bot's settings, from the environment and the command line. Slack settings are replaced: the bot connects only to
 * the simulator, even when real tokens are set. A unique Redis prefix keeps it apart from real bots and other
 * playgrounds.
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
      'set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own; add --local for one on this machine; or leave --model out for the demo model';
    throw new ConfigError([{ variable: '--model', problem: `there is no service to ask for ${flags.model}`, hint }]);
  }
  const redis = namesRedis(given);
  const env: Environment = {
    ...given,
    LOG_LEVEL: isSet('LOG_LEVEL') ? given['LOG_LEVEL'] : LOG_LEVEL[standIn || flags.terminal ? 'quiet' : 'normal'],
    SHUTDOWN_TIMEOUT_MS: isSet('SHUTDOWN_TIMEOUT_MS') ? given['SHUTDOWN_TIMEOUT_MS'] : SHUTDOWN_TIMEOUT_MS,
    START_TIMEOUT_MS: isSet('START_TIMEOUT_MS') ? given['START_TIMEOUT_MS'] : START_TIMEOUT_MS,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    SLACK_SIGNING_SECRET: undefined,
    PORT: undefined,
    // The bot that runs on this machine for real may have it.
    OPS_PORT: undefined,
    // The simulator is on this machine, where no proxy leads.
    NO_PROXY: [given['no_proxy'] || given['NO_PROXY'], '127.0.0.1'].filter(Boolean).join(','),
    no_proxy: undefined,
    ...(redis && { REDIS_PREFIX: `skein-playground-${slack.team.id}`, CONVERSATION_TTL_DAYS }),
    ...(flags.model !== undefined && { OPENAI_MODEL: flags.model }),
    ...(flags.systemPromptFile !== undefined && {
      SYSTEM_PROMPT_FILE: flags.systemPromptFile,
      SYSTEM_PROMPT: undefined,
    }),
    // The config requires a key; the stand-ins do not use it.
    ...(standIn && { OPENAI_API_KEY: 'none', IMAGE_MODEL: 'demo' }),
  };
  return { env, config: configFrom(env, flags), standIn, storage: redis ? 'redis' : 'memory' };
}

/** Errors name the flag instead of the variable when the value came from a flag. */
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
