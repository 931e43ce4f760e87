/** The metered way to the model: within the budgets, and every call is counted whatever becomes of it. */
import { keyOf } from '../core/conversation-id.js';
import type { Conversation } from '../core/conversation.js';
import { BudgetBusyError, BudgetReachedError, ModelError } from '../core/errors.js';
import type {
  BotMessages,
  BotMessagesFor,
  Clock,
  CompletionEvent,
  Ephemeral,
  Logger,
  Model,
  ModelCall,
  NearBudget,
  PromptMessage,
  Usage,
  UsageLedger,
} from '../core/ports.js';
import { STORE_RETRY } from '../core/retry-policy.js';
import type { BudgetSettings } from '../core/settings.js';
import type { PseudonymOf } from './pseudonyms.js';
import { nanosOf, nextPeriod, OWNERS, addUsage, usdOf } from './totals.js';

/** Running calls have reserved the rest of a budget: wait this long for one to end, … */
const ROOM_RETRY_MS = 1_000;
/** … this often, before the conversation makes way for others. */
const ROOM_ATTEMPTS = 5;
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

export interface MeterOptions {
  model: Model;
  ledger: UsageLedger;
  budgets: BudgetSettings;
  ephemeral: Ephemeral;
  botMessages: BotMessages;
  messagesFor?: BotMessagesFor;
  clock: Clock;
  logger: Logger;
  /** Aborts when the process stops: what has not been counted by then is given up. */
  stopping: AbortSignal;
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

interface BilledCall {
  call: ModelCall;
  /** Who pays. */
  person: string;
  conversation: Conversation;
  /** Undefined if the call never reached the service. */
  usage: Usage | undefined;
}

/** Like `Model.complete`. Also throws `BudgetReachedError` and `BudgetBusyError`. */
export type MeteredModel = (request: MeteredRequest) => AsyncIterable<CompletionEvent>;

/** Throws, naming the setting, if there is a budget and the model has no known price. */
export function meter(options: MeterOptions): MeteredModel {
  const { ledger, ephemeral, botMessages, clock, logger, stopping, pseudonymOf } = options;
  checkPrices(options);
  let calls = 0;

  return async function* ask(asked) {
    const { messages, promptTokens, conversation, purpose, uncached = false, people, run, signal } = asked;
    const { model = options.model, budgets = options.budgets } = asked;
    const withCost = (used: Usage): Usage => priced(used, model);
    calls += 1;
    const request = { id: `${run}:${calls}`, conversation: conversation.id, purpose, people, budgets };
    const { call, person } = await reserve(request, model, promptTokens, signal);
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

  /** Waits briefly while running calls hold the rest of a budget. */
  async function reserve(
    request: Omit<ModelCall, 'at'> & { budgets: BudgetSettings },
    model: Model,
    promptTokens: () => number,
    signal: AbortSignal,
  ): Promise<{ call: ModelCall; person: string }> {
    const completionTokens = options.maxOutputTokens ?? ESTIMATED_OUTPUT_TOKENS;
    const isLimited = OWNERS.some((owner) => request.budgets[owner] !== undefined);
    const most = isLimited ? priced({ ...estimate(promptTokens, ''), completionTokens }, model).costUsd : 0;
    const nanos = nanosOf(most ?? 0);
    for (let attempt = 1; ; attempt += 1) {
      const call = { ...request, at: clock.now() };
      const reservation = await ledger.reserve(call, nanos);
      if (reservation.outcome === 'granted') return { call, person: reservation.person };
      const { outcome, owner } = reservation;
      if (outcome === 'used_up') throw new BudgetReachedError(owner, nextPeriod(owner, call.at));
      if (attempt === ROOM_ATTEMPTS)
        throw new BudgetBusyError(`the budget of the ${owner} is reserved for other calls`);
      await clock.sleep(ROOM_RETRY_MS, signal);
    }
  }

  /** Never throws, and retries in the background: the answer matters more than counting it. */
  async function count(billed: BilledCall, attempt = 1): Promise<void> {
    const { call, person, usage } = billed;
    try {
      for (const near of await ledger.settle(call, person, usage)) void warn(billed, near);
    } catch (error) {
      const conversation = keyOf(call.conversation);
      if (!usage || attempt === STORE_RETRY.attempts || stopping.aborted) {
        logger.error({ conversation, person, usage, err: error }, 'cannot record the usage of a model call, giving up');
        return;
      }
      logger.warn({ conversation, err: error }, 'cannot record the usage of a model call, retrying');
      void clock
        .sleep(STORE_RETRY.everyMs, stopping)
        .catch(() => {})
        .then(() => count(billed, attempt + 1));
    }
  }

  async function warn({ call, person, conversation }: BilledCall, { owner, spentNanos }: NearBudget): Promise<void> {
    const { at, budgets = options.budgets } = call;
    const [spentUsd, budgetUsd] = [usdOf(spentNanos), budgets[owner] ?? 0];
    logger.info({ owner, spentUsd, budgetUsd, person, channel: conversation.id.channel }, 'a budget is almost used up');
    const messages = (await options.messagesFor?.(conversation.id.team, person)) ?? botMessages;
    const note = messages.nearBudget(owner, spentUsd, budgetUsd, nextPeriod(owner, at));
    ephemeral.send(conversation, person, note);
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

function checkPrices({ budgets, model, botMessages }: MeterOptions): void {
  const owner = OWNERS.find((one) => budgets[one] !== undefined);
  if (owner && !hasPrice(model)) throw new Error(botMessages.budgetNeedsPrice(owner, model.name));
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
