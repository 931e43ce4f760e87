import type { Config } from '../config/config.js';
import type { PrivateAnswersOptions } from '../conversation/private-answer.js';
import type { ResponderOptions } from '../conversation/responder.js';
import type { ModelLimits } from '../core/ports.js';
import { english } from '../messages/english.js';
import type { CompactorOptions } from '../prompt/compactor.js';
import { promptBudget } from '../prompt/prompt-budget.js';
import { meter, type MeterOptions } from '../usage/metering.js';
import { pseudonyms } from '../usage/pseudonyms.js';

/** What the responder, the compactor and the features need. */
export type Core = Pick<PrivateAnswersOptions, 'promptTokensOf' | 'model'> &
  Omit<
    ResponderOptions & CompactorOptions,
    | 'compactor'
    | 'limits'
    | 'replies'
    | 'backlog'
    | 'stops'
    | 'buttons'
    | 'settings'
    | 'directory'
    | 'promptTokens'
    | 'thresholds'
    | 'summaryWords'
  >;

type Metered = Pick<
  Core,
  'model' | 'ephemeral' | 'botMessages' | 'messagesFor' | 'clock' | 'logger' | 'ask' | 'promptTokensOf'
>;

/** The model, asked within the budgets. */
export function metered(
  { budgets, conversation, openai, slack }: Config,
  options: Omit<MeterOptions, 'budgets' | 'botMessages' | 'maxOutputTokens' | 'pseudonymOf'>,
): Metered {
  const { maxOutputTokens } = openai;
  const { ledger: _, stopping: __, ...shared } = { ...options, botMessages: english };
  return {
    ...shared,
    ask: meter({
      ...options,
      budgets,
      botMessages: english,
      // No secret of the model's service, and it stays when a key of that is replaced.
      pseudonymOf: pseudonyms(slack.botToken),
      ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    }),
    promptTokensOf: (limits: ModelLimits) => promptBudget(limits, conversation.promptTokens),
  };
}
