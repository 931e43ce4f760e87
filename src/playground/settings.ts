import { type Config, readConfig } from '../config.js';
import type { Simulator } from '../simulator/index.js';

export interface PlaygroundSettings {
  readonly config: Config;
  /** No model is set up: the stand-in answers. */
  readonly standIn: boolean;
}

/** Everything is forgotten at the end anyway: whoever presses Ctrl-C need not wait for a reply to be finished. */
const SHUTDOWN_TIMEOUT_MS = '1000';

/** A warning says that a model failed; the stand-in does so only when somebody wants to see it. */
const LOG_LEVEL = { standIn: 'error', model: 'warn' };

/**
 * The bot's settings as they stand in the environment, but for Slack and Redis: the bot meets the simulator alone,
 * whatever real tokens are around.
 * Throws `ConfigError`.
 */
export function playgroundSettings(env: Readonly<Record<string, string | undefined>>, slack: Simulator): PlaygroundSettings {
  const given = (name: string): string | undefined => env[name]?.trim() || undefined;
  const standIn = given('OPENAI_API_KEY') === undefined && given('OPENAI_BASE_URL') === undefined;
  const config = readConfig({
    ...env,
    LOG_LEVEL: given('LOG_LEVEL') ?? (standIn ? LOG_LEVEL.standIn : LOG_LEVEL.model),
    SHUTDOWN_TIMEOUT_MS: given('SHUTDOWN_TIMEOUT_MS') ?? SHUTDOWN_TIMEOUT_MS,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    SLACK_SIGNING_SECRET: undefined,
    PORT: undefined,
    REDIS_URL: undefined,
    // The settings ask for a key; the stand-in never looks at it.
    ...(standIn && { OPENAI_API_KEY: 'none' }),
  });
  return { config, standIn };
}
