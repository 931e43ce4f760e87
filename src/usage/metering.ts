/** The way to the model: within the budgets, and counted whatever becomes of the call. */
import { keyOf } from '../core/conversation-id.js';
import type { Conversation } from '../core/conversation.js';
import { BudgetBusyError, BudgetReachedError, ModelError } from '../core/errors.js';
import type {
  Clock,
  CompletionEvent,
  Logger,
  Model,
  ModelCall,
  NearBudget,
  Ephemeral,
  PromptMessage,
  UsageLedger,
  UsageOwner,
} from '../core/ports.js';
import type { Usage } from '../core/ports/usage.js';
import type { BudgetSettings } from '../core/settings.js';
import { BUDGET_SETTINGS, nearBudgetNote } from '../messages/english.js';
import { nanosOf, nextPeriod, plus, usdOf } from './totals.js';

/** Half a minute: Redis may be failing over. */
const SETTLE_TRIES = 30;
const SETTLE_RETRY_MS = 1_000;
/** Calls under way have set aside what is left of a budget: some of it may be free when one of them is over. */
const ROOM_RETRY_MS = 1_000;
/** Longer, and it is others' turn. */
const ROOM_TRIES = 5;
/** Of an answer that has no limit, to begin with: about a page. */
const GUESSED_OUTPUT_TOKENS = 1_000;
/** Rather too few: counting them well takes time that only a broken call, or a budget, would need. */
const BYTES_PER_TOKEN = 3;

export interface MeterOptions {
  model: Model;
  ledger: UsageLedger;
  budgets: BudgetSettings;
  notes: Ephemeral;
  clock: Clock;
  logger: Logger;
  /** Aborts when the process stops: what is not counted yet is left. */
  stopping: AbortSignal;
  /** Longest answer, in tokens, if there is a limit. */
  maxOutputTokens?: number;
}

/** What the model is asked, and for whom. */
export interface PaidRequest {
  messages: PromptMessage[];
  conversation: Conversation;
  purpose: ModelCall['purpose'];
  /** Whom it is counted to: the first of them who has budget left. */
  people: string[];
  run: string;
  signal: AbortSignal;
}

interface PaidCall {
  call: ModelCall;
  /** Whom it is counted to. */
  person: string;
  conversation: Conversation;
  /** Not there where it never came about. */
  usage: Usage | undefined;
}

/** As `Model.complete`. Throws `BudgetReachedError` and `BudgetBusyError` as well. */
export type MeteredModel = (request: PaidRequest) => AsyncIterable<CompletionEvent>;

/** Throws, naming the setting, where there is a budget and the model has no price. */
export function meter(options: MeterOptions): MeteredModel {
  const { model, ledger, budgets, notes, clock, logger, stopping } = options;
  const isLimited = limitedBy(budgets, model);
  let calls = 0;

  return async function* ask({ messages, conversation, purpose, people, run, signal }) {
    calls += 1;
    const begun = { id: `${run}:${calls}`, conversation: conversation.id, purpose, people };
    const { call, person } = await granted(begun, messages, signal);
    let usage: Usage | undefined;
    /** What came of a try that is not over; undefined before anything has. */
    let written: string | undefined;
    try {
      for await (const told of model.complete({ messages, conversation: keyOf(conversation.id), signal })) {
        const event = 'usage' in told && told.usage ? { ...told, usage: priced(told.usage) } : told;
        if (event.type === 'restart' || event.type === 'done') {
          usage = plus(usage, event.usage ?? priced(guessed(messages, written ?? '')));
          written = undefined;
        } else {
          written = (written ?? '') + event.text;
        }
        yield event;
      }
    } catch (error) {
      if (error instanceof ModelError && error.usage) {
        usage = plus(usage, priced(error.usage));
        written = undefined;
      }
      throw error;
    } finally {
      // Broken off in the middle: the service has read the prompt and written all that.
      if (written !== undefined) usage = plus(usage, priced(guessed(messages, written)));
      // Broken off before the first word: it had the prompt all the same.
      else if (signal.aborted && !usage) usage = priced(guessed(messages, ''));
      await count({ call, person, conversation, usage });
    }
  };

  /** Waits for a moment while calls that are under way may leave something. */
  async function granted(
    begun: Omit<ModelCall, 'at'>,
    messages: PromptMessage[],
    signal: AbortSignal,
  ): Promise<{ call: ModelCall; person: string }> {
    const output = options.maxOutputTokens ?? GUESSED_OUTPUT_TOKENS;
    const nanos = isLimited ? nanosOf(priced({ ...guessed(messages, ''), completionTokens: output }).costUsd ?? 0) : 0;
    for (let tries = 1; ; tries += 1) {
      const call = { ...begun, at: clock.now() };
      const reservation = await ledger.reserve(call, nanos);
      if (reservation.outcome === 'granted') return { call, person: reservation.person };
      const { outcome, owner } = reservation;
      if (outcome === 'used_up') throw new BudgetReachedError(owner, nextPeriod(owner, call.at));
      if (tries === ROOM_TRIES) throw new BudgetBusyError(`the budget of the ${owner} is set aside for other calls`);
      await clock.sleep(ROOM_RETRY_MS, signal);
    }
  }

  /** Never throws, and waits for no second try: what came of the call is worth more than its being counted. */
  async function count(paid: PaidCall, tries = 1): Promise<void> {
    const { call, person, usage } = paid;
    try {
      for (const near of await ledger.settle(call, person, usage)) tell(paid.conversation, person, near, call.at);
    } catch (error) {
      const conversation = keyOf(call.conversation);
      if (!usage || tries === SETTLE_TRIES || stopping.aborted) {
        logger.error({ conversation, person, usage, err: error }, 'what a call of the model took is not counted');
        return;
      }
      logger.warn({ conversation, err: error }, 'what a call of the model took cannot be counted yet');
      void clock
        .sleep(SETTLE_RETRY_MS, stopping)
        .catch(() => {})
        .then(() => count(paid, tries + 1));
    }
  }

  function tell(conversation: Conversation, person: string, { owner, spentNanos }: NearBudget, at: number): void {
    const budgetUsd = budgets[owner] ?? 0;
    logger.info(
      { owner, spentUsd: usdOf(spentNanos), budgetUsd, person, channel: conversation.id.channel },
      'a budget is nearly used up',
    );
    notes.send(conversation, person, nearBudgetNote(owner, usdOf(spentNanos), budgetUsd, nextPeriod(owner, at)));
  }

  function priced(usage: Usage): Usage {
    const costUsd = usage.costUsd ?? model.costOf?.(usage);
    return { ...usage, ...(costUsd !== undefined && { costUsd }) };
  }
}

/** Of a try that nothing more is known of. */
function guessed(messages: PromptMessage[], written: string): Usage {
  return {
    promptTokens: roughTokens(messages),
    cachedTokens: 0,
    completionTokens: roughTokens([{ content: written }]),
  };
}

function limitedBy(budgets: BudgetSettings, model: Model): boolean {
  const owner = (Object.keys(BUDGET_SETTINGS) as UsageOwner[]).find((one) => budgets[one] !== undefined);
  if (!owner) return false;
  if (model.costOf?.({ promptTokens: 1, cachedTokens: 0, completionTokens: 1 }) !== undefined) return true;
  const why = `${BUDGET_SETTINGS[owner]} is set, but the price of the model ${model.name} is not known, so that nothing can be reckoned`;
  throw new Error(`${why}: say its price in MODELS_FILE, choose a model whose price is known, or leave the budget out`);
}

function roughTokens(texts: readonly { content: string }[]): number {
  return texts.reduce((sum, { content }) => sum + Math.ceil(Buffer.byteLength(content) / BYTES_PER_TOKEN), 0);
}
