/** The system prompt, and how much room it leaves a conversation. */
import type { Config } from '../config/config.js';
import { ConfigError } from '../config/faults.js';
import type { ModelLimits } from '../core/ports.js';
import { conversationTokens, LEAST_CONVERSATION_TOKENS, promptBudget } from '../prompt/prompt-budget.js';
import { DEFAULT_SYSTEM_PROMPT, withForms } from '../prompt/prompt.js';
import { summaryWordLimit } from '../prompt/summary.js';

export interface Prompts {
  system: string;
  /** The same for answers in threads, which may have charts, files and pictures. */
  answers: string;
  /** Upper bounds, in tokens: of a prompt, and of the conversation in it. */
  tokens: number;
  room: number;
  /** Longest summary, in words. */
  summaryWords: number;
}

/** Throws `ConfigError` if the system prompt leaves a conversation no room: its turns would be cut to nothing. */
export function promptsFor(config: Config, limits: ModelLimits): Prompts {
  const { systemPrompt: system = DEFAULT_SYSTEM_PROMPT, conversation } = config;
  const tokens = promptBudget(limits, conversation.promptTokens);
  const pictures = config.openai.imageModel !== undefined;
  const answers = withForms(system, { files: config.files.arePosted, pictures });
  const room = conversationTokens(tokens, answers, summaryWordLimit(limits.maxOutput));
  const summaryWords = summaryWordLimit(limits.maxOutput, room);
  if (room >= LEAST_CONVERSATION_TOKENS) return { system, answers, tokens, room, summaryWords };
  const left = `leaves a conversation ${Math.max(0, room)} of the ${tokens} tokens of a prompt, and it needs ${LEAST_CONVERSATION_TOKENS}`;
  const fault = {
    variable: 'SYSTEM_PROMPT',
    problem: `the system prompt, or the file of SYSTEM_PROMPT_FILE, ${left}`,
    hint: `shorten it by ${LEAST_CONVERSATION_TOKENS - room} tokens, raise PROMPT_TOKENS where that is set, or take a model that reads more (MODELS_FILE says how much yours does)`,
  };
  throw new ConfigError([fault]);
}
