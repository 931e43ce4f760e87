/** The metered way to the model: within the budgets, and every call is counted whatever becomes of it. */
import { keyOf } from '../core/conversation-id.js';
import type { Conversation } from '../core/conversation.js';
import { ModelError } from '../core/errors.js';
import type { CompletionEvent, Model, ModelCall, PromptMessage, Usage } from '../core/ports.js';
import type { BudgetSettings } from '../core/settings.js';
import { billing, type BillingOptions, checkPrice } from './billing.js';
import type { PseudonymOf } from './pseudonyms.js';
import { addUsage } from './totals.js';

/** Estimated length of an answer without a limit: about a page. */
const ESTIMATED_OUTPUT_TOKENS = 1_000;
/** An upper estimate of what was written: counting would take time that only a broken call needs. */
const BYTES_PER_TOKEN = 3;
/**
 * A model counts more than the bot: its vocabulary is another, and its template adds to each message and in front of
 * them. Both are a few per cent of a long prompt, and a few dozen tokens of a short one.
 */
const PROMPT_MARGIN = 0.1;
const PROMPT_OVERHEAD_TOKENS = 50;

export interface MeterOptions extends BillingOptions {
  model: Model;
  /** Longest answer, in tokens, if there is a limit. */
  maxOutputTokens?: number;
  /** What the model's service is told about an asker; without it, nothing. */
  pseudonymOf?: PseudonymOf;
}

export interface MeteredRequest {
  /** Default: the meter's own. */
  model?: Model;
  /** Default: the meter's own. */
  budgets?: BudgetSettings | undefined;
  messages: PromptMessage[];
  /** Counts the tokens of the messages, which takes time: only for a budget, or where the service tells no usage. */
  promptTokens: () => number;
  conversation: Conversation;
  purpose: ModelCall['purpose'];
  uncached?: boolean;
  /** Candidates to bill, in order of preference: the first with some budget left pays. Of an answer, the newest asker is first. */
  people: string[];
  run: string;
  signal: AbortSignal;
}

/** Like `Model.complete`. Also throws `BudgetReachedError` and `BudgetBusyError`. */
export type MeteredModel = (request: MeteredRequest) => AsyncIterable<CompletionEvent>;

/** Throws, naming the setting, if there is a budget and the model has no known price. */
export function meter(options: MeterOptions): MeteredModel {
  const { pseudonymOf } = options;
  checkPrice(options, { name: options.model.name, hasPrice: hasPrice(options.model) });
  const { reserve, count } = billing(options);
  let calls = 0;

  return async function* ask(asked) {
    const { messages, promptTokens, conversation, purpose, uncached = false, people, run, signal } = asked;
    const { model = options.model, budgets = options.budgets } = asked;
    const withCost = (used: Usage): Usage => priced(used, model);
    calls += 1;
    const request = { id: `${run}:${calls}`, conversation: conversation.id, purpose, people, budgets };
    const { call, person } = await reserve(request, () => mostUsd(model, promptTokens), signal);
    const [newest] = people;
    const asker = purpose === 'answer' && newest !== undefined && pseudonymOf?.(conversation.id.team, newest);
    const completion = { messages, conversation: keyOf(conversation.id), ...(asker && { asker }), uncached, signal };
    let usage: Usage | undefined;
    /** Text of the current attempt; undefined before its first event. */
    let written: string | undefined;
    try {
      for await (const reported of model.complete(completion)) {
        const event =
          'usage' in reported && reported.usage ? { ...reported, usage: withCost(reported.usage) } : reported;
        if (event.type === 'restart' || event.type === 'done') {
          usage = addUsage(usage, event.usage ?? withCost(estimate(promptTokens, written ?? '')));
          written = undefined;
        } else {
          written = (written ?? '') + event.text;
        }
        yield event;
      }
    } catch (error) {
      if (error instanceof ModelError && error.usage) {
        usage = addUsage(usage, withCost(error.usage));
        written = undefined;
      }
      throw error;
    } finally {
      // Broken off in the middle: the service has read the prompt and written this much.
      if (written !== undefined) usage = addUsage(usage, withCost(estimate(promptTokens, written)));
      // Broken off before the first event: the service had the prompt all the same.
      else if (signal.aborted && !usage) usage = withCost(estimate(promptTokens, ''));
      await count({ call, person, conversation, usage });
    }
  };

  function mostUsd(model: Model, promptTokens: () => number): number | undefined {
    const completionTokens = options.maxOutputTokens ?? ESTIMATED_OUTPUT_TOKENS;
    return priced({ ...estimate(promptTokens, ''), completionTokens }, model).costUsd;
  }
}

function priced(usage: Usage, model: Model): Usage {
  const costUsd = usage.costUsd ?? model.costOf?.(usage);
  return { ...usage, ...(costUsd !== undefined && { costUsd }) };
}

/** Whether the model's price is known, without which budgets have no effect. */
export function hasPrice(model: Pick<Model, 'costOf'>): boolean {
  return model.costOf?.({ promptTokens: 1, cachedTokens: 0, completionTokens: 1 }) !== undefined;
}

/** Usage of an attempt that the service reported nothing about. */
function estimate(promptTokens: () => number, written: string): Usage {
  const ownCount = promptTokens();
  return {
    promptTokens: ownCount + Math.ceil(ownCount * PROMPT_MARGIN) + PROMPT_OVERHEAD_TOKENS,
    cachedTokens: 0,
    completionTokens: Math.ceil(Buffer.byteLength(written) / BYTES_PER_TOKEN),
  };
}
