/** Changes the bot's model, temperature, system prompt and model server while the playground runs. */
import * as z from 'zod';
import { ConfigError, faultsInOneLine } from '../config/faults.js';
import { messageOf } from '../core/errors.js';
import type { Simulator } from '../simulator/index.js';
import type { BotRunner } from './bot-runner.js';
import type { Flags } from './flags.js';
import { RequestError } from './request.js';
import { modelName, systemPrompt, temperature } from './reruns.js';
import { type PlaygroundSettings, playgroundSettings } from './settings.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** A server on this machine alone: no page may send conversations elsewhere. */
const localServer = z
  .string()
  .refine(isLocal, 'The server must be on this machine, with an address such as http://localhost:11434/v1.');

/** What is left out stays as it is; null is as at the start. */
export const modelBody = z.strictObject({
  model: modelName.nullish(),
  temperature: temperature.nullish(),
  systemPrompt: systemPrompt.nullish(),
  baseUrl: localServer.nullish(),
});

export type ModelChoice = z.output<typeof modelBody>;

export interface SwitchParts {
  /** What the playground was started with. */
  readonly env: Environment;
  readonly flags: Flags;
  readonly slack: Simulator;
  readonly bot: Pick<BotRunner, 'restartWith'>;
  /** Called when the bot runs with other settings. */
  readonly onChange: (settings: PlaygroundSettings, choice: ModelChoice) => void;
}

export class ModelSwitch {
  #choice: ModelChoice = {};

  constructor(private readonly parts: SwitchParts) {}

  /**
   * Starts the bot's process anew with the change, for the next message. A reply under way goes on there. Resolves with a
   * sentence for the page. Rejects with `RequestError`; then the bot runs as before.
   */
  async set(change: ModelChoice): Promise<{ said: string }> {
    const { bot, onChange } = this.parts;
    const choice = Object.fromEntries(
      Object.entries({ ...this.#choice, ...change }).filter(([, value]) => value !== null && value !== undefined),
    ) as ModelChoice;
    const settings = this.#settingsFor(choice);
    try {
      if (!(await bot.restartWith({ env: settings.env, standIn: settings.standIn })))
        throw new RequestError(400, 'The bot is still starting. Try again in a moment.');
    } catch (error) {
      if (error instanceof RequestError) throw error;
      throw new RequestError(400, `The bot can't start with that, so nothing has changed: ${messageOf(error)}`);
    }
    this.#choice = choice;
    onChange(settings, choice);
    return { said: `${settings.standIn ? 'The demo model' : settings.config.openai.model} answers the next message.` };
  }

  #settingsFor(choice: ModelChoice): PlaygroundSettings {
    const { env, flags, slack } = this.parts;
    const { model, systemPromptFile, ...others } = flags;
    try {
      const settings = playgroundSettings(
        { ...env, ...variablesFor(choice) },
        {
          ...others,
          ...(model !== undefined && choice.model === undefined && choice.baseUrl === undefined && { model }),
          ...(systemPromptFile !== undefined && choice.systemPrompt === undefined && { systemPromptFile }),
        },
        slack,
      );
      if (settings.standIn && choice.model !== undefined)
        throw new RequestError(
          400,
          `There is no server to ask for ${choice.model}: choose a server on this machine, or start the playground with OPENAI_API_KEY.`,
        );
      return settings;
    } catch (error) {
      if (error instanceof ConfigError) throw new RequestError(400, faultsInOneLine(error));
      throw error;
    }
  }
}

function variablesFor({ model, temperature: degree, systemPrompt: prompt, baseUrl }: ModelChoice): Environment {
  return {
    // Keys and headers are for the server of the settings, and for no other.
    ...(typeof baseUrl === 'string' && {
      OPENAI_BASE_URL: baseUrl,
      OPENAI_API_KEY: undefined,
      OPENAI_HEADERS: undefined,
      OPENAI_QUERY: undefined,
      OPENAI_API: undefined,
    }),
    ...(typeof model === 'string' && { OPENAI_MODEL: model }),
    ...(typeof degree === 'number' && { OPENAI_TEMPERATURE: String(degree) }),
    ...(typeof prompt === 'string' && { SYSTEM_PROMPT: prompt, SYSTEM_PROMPT_FILE: undefined }),
  };
}

function isLocal(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  return (
    ['http:', 'https:'].includes(protocol) &&
    ['localhost', '127.0.0.1', '[::1]'].includes(hostname) &&
    username === '' &&
    password === ''
  );
}
