/** Reserves the cost of a call before it is made, and counts it afterwards: of completions and of transcripts. */
import { keyOf } from '../core/conversation-id.js';
import type { Conversation } from '../core/conversation.js';
import { BudgetBusyError, BudgetReachedError } from '../core/errors.js';
import type {
  BotMessages,
  BotMessagesFor,
  Clock,
  Ephemeral,
  Logger,
  ModelCall,
  NearBudget,
  Usage,
  UsageLedger,
} from '../core/ports.js';
import { STORE_RETRY } from '../core/retry-policy.js';
import type { BudgetSettings } from '../core/settings.js';
import { nanosOf, nextPeriod, OWNERS, usdOf } from './totals.js';

/** Running calls have reserved the rest of a budget: wait this long for one to end, … */
const ROOM_RETRY_MS = 1_000;
/** … this often, before the conversation makes way for others. */
const ROOM_ATTEMPTS = 5;

export interface BillingOptions {
  ledger: UsageLedger;
  budgets: BudgetSettings;
  ephemeral: Ephemeral;
  botMessages: BotMessages;
  messagesFor?: BotMessagesFor;
  clock: Clock;
  logger: Logger;
  /** Aborts when the process stops: what has not been counted by then is given up. */
  stopping: AbortSignal;
}

type CallToReserve = Omit<ModelCall, 'at'> & { budgets: BudgetSettings };

interface ReservedCall {
  call: ModelCall;
  /** Who pays. */
  person: string;
}

interface BilledCall extends ReservedCall {
  conversation: Conversation;
  /** Undefined if the call never reached the service. */
  usage: Usage | undefined;
}

export interface Billing {
  /**
   * Waits briefly while running calls hold the rest of a budget. `mostUsd`: an estimate, asked for only where there is a
   * budget. Throws `BudgetReachedError` and `BudgetBusyError`.
   */
  readonly reserve: (
    request: CallToReserve,
    mostUsd: () => number | undefined,
    signal: AbortSignal,
  ) => Promise<ReservedCall>;
  /** Never throws, and retries in the background: the answer matters more than counting it. */
  readonly count: (billed: BilledCall) => Promise<void>;
}

export function billing(options: BillingOptions): Billing {
  const { ledger, ephemeral, botMessages, clock, logger, stopping } = options;

  async function reserve(
    request: CallToReserve,
    mostUsd: () => number | undefined,
    signal: AbortSignal,
  ): Promise<ReservedCall> {
    const isLimited = OWNERS.some((owner) => request.budgets[owner] !== undefined);
    const nanos = nanosOf((isLimited ? mostUsd() : 0) ?? 0);
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

  async function count(billed: BilledCall, attempt = 1): Promise<void> {
    const { call, person, usage } = billed;
    try {
      for (const near of await ledger.settle(call, person, usage)) void warn(billed, near);
    } catch (error) {
      const conversation = keyOf(call.conversation);
      if (!usage || attempt === STORE_RETRY.attempts || stopping.aborted) {
        logger.error({ conversation, person, usage, err: error }, 'the usage of a model call is not counted');
        return;
      }
      logger.warn({ conversation, err: error }, 'cannot count the usage of a model call yet, retrying');
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

  return { reserve, count: (billed) => count(billed) };
}

/** Throws, naming the setting, if there is a budget and the price of the model is not known. */
export function checkPrice(
  { budgets, botMessages }: Pick<BillingOptions, 'budgets' | 'botMessages'>,
  model: { readonly name: string; readonly hasPrice: boolean },
): void {
  const owner = OWNERS.find((one) => budgets[one] !== undefined);
  if (owner && !model.hasPrice) throw new Error(botMessages.budgetNeedsPrice(owner, model.name));
}
