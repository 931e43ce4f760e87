import type { Config } from '../config/config.js';
import type { PrivateAnswersOptions } from '../conversation/private-answer.js';
import type { ResponderOptions } from '../conversation/responder.js';
import type { Model } from '../core/ports.js';
import type { CompactorOptions } from '../prompt/compactor.js';
import { promptBudget } from '../prompt/prompt-budget.js';
import type { BillingOptions } from '../usage/billing.js';
import { meter } from '../usage/metering.js';
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

/** The model, asked within the budgets. */
export function metered(
  { conversation, openai, slack }: Config,
  model: Model,
  billing: BillingOptions,
): Pick<Core, 'model' | 'ask' | 'promptTokensOf'> {
  const { maxOutputTokens } = openai;
  return {
    model,
    ask: meter({
      ...billing,
      model,
      // No secret of the model's service, and it stays when a key of that is replaced.
      pseudonymOf: pseudonyms(slack.botToken),
      ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    }),
    promptTokensOf: (limits) => promptBudget(limits, conversation.promptTokens),
  };
}
