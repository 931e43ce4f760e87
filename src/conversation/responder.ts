/**
 * Answers a conversation until nothing in it is pending. Errors are decided here and nowhere else: throw, and the queue
 * tries again later, or tell the people in the thread and settle.
 */
import { type ConversationKey, keyOf } from '../core/conversation-id.js';
import type { Conversation } from '../core/conversation.js';
import { AmendedError, BudgetBusyError, ReplyError } from '../core/errors.js';
import { unobserved } from '../core/observation.js';
import type { Backlog, Clock, ConversationStore, Postponed, Wake, WakeHandler } from '../core/ports.js';
import { untilStored } from '../core/store-retry.js';
import { type AssistantTurn, inOrder, type PersonTurn } from '../core/turn.js';
import { type PlaceOptions, placeRules } from './access.js';
import { asksModel } from './answer.js';
import { pendingTurns } from './notice.js';
import { isOrphaned, scopeToOpenReply } from './questions.js';
import { rateLimited, type RateLimitOptions } from './rate-limit.js';
import { type Answer, type ReplyRunOptions, replyRuns } from './reply-run.js';
import type { StopLook, StopWatch } from './stop.js';

/** Edits often come in series: the answer is restarted after this long without one. */
const QUIET_AFTER_EDITS_MS = 1_500;
/** The two events of a mention arrive within a second or so of the message, unless one has to be sent again. */
const WHOLE_WITHIN_MS = 3_000;
/** Running calls, which may take long, have reserved the rest of a budget. */
const BUDGET_RETRY_MS = 5_000;

export interface ResponderOptions extends RateLimitOptions, ReplyRunOptions, PlaceOptions {
  store: ConversationStore;
  backlog: Backlog;
  stops: StopWatch;
  clock: Clock;
  /** Called when a conversation is about to be loaded for the first time in a run. Must not throw. */
  onRun?: (key: ConversationKey) => void;
}

export function createResponder(options: ResponderOptions): WakeHandler {
  const { store, logger, observe = unobserved } = options;
  const runReply = replyRuns(options);

  return async function respond(first) {
    const look = options.stops.begin(first.key);
    try {
      return await respondTo(first, look);
    } finally {
      look.end();
    }
  };

  async function respondTo(first: Wake, look: StopLook): Promise<Postponed | undefined> {
    let wake = first;
    options.onRun?.(wake.key);
    /** Set while the question is being edited: what it was when last seen. */
    let editing: { question?: string } | undefined;
    for (;;) {
      wake.signal.throwIfAborted();
      // Whatever crashed processes is not done again.
      const conversation = await store[wake.isGuilty ? 'outline' : 'load'](wake.key, wake.run);
      if (!conversation) return undefined;
      try {
        if (isOrphaned(conversation)) {
          await options.replies.retract(conversation);
          await settle(wake, { turns: [], answered: [], stillAsked: [] });
          wake = await resetAttempts(wake);
          continue;
        }
        const { stopped } = conversation;
        const round = scopeToOpenReply(conversation, wake.isGuilty || stopped === true);
        const asked = pendingTurns(round);
        const question = asked.at(-1);
        // Nothing is pending, or only turns in a newer form, which are left to the version that wrote them.
        if (!question) {
          if (!wake.isGuilty) options.compactor.consider(conversation);
          return undefined;
        }
        if (stopped) {
          await settle(wake, await runReply(round, question, wake, look, {}));
          wake = await resetAttempts(wake);
          continue;
        }
        const untilWholeMs = waitForWhole(asked, options.clock.now());
        if (untilWholeMs > 0) return { retryInMs: untilWholeMs };
        const pausedMs = (await options.replies.pausedMs?.(round)) ?? 0;
        if (pausedMs > 0) return { retryInMs: pausedMs };
        if (conversation.redo && !conversation.again) editing ??= {};
        const words = JSON.stringify(asked);
        if (editing && editing.question !== words) {
          editing.question = words;
          await options.clock.sleep(QUIET_AFTER_EDITS_MS, wake.signal);
          continue;
        }
        // Loads again, with what arrived meanwhile.
        if (!conversation.backlogRead && (await readBacklog(conversation, options, wake.signal))) continue;
        const { settings, turnedAway } = await placeRules(round, asked, wake.overdue, options);
        if (turnedAway) {
          await settle(wake, { ...turnedAway, stillAsked: [] });
          wake = await resetAttempts(wake);
          continue;
        }
        const isNew = !round.reply || editing !== undefined || conversation.again !== undefined;
        const startsModel = isNew && asksModel(round, wake);
        const postponed = startsModel ? await rateLimited(round, asked, options) : undefined;
        if (postponed) return postponed;
        const said = await runReply(round, question, wake, look, settings);
        const pending = await settle(wake, said);
        if (pending === 0) {
          await wake.settled();
          if (!wake.isGuilty) options.compactor.consider(withReply(conversation, said.turns));
          return undefined;
        }
      } catch (error) {
        if (error instanceof BudgetBusyError) return { retryInMs: BUDGET_RETRY_MS };
        if (error instanceof ReplyError && error.retryInMs !== undefined) return { retryInMs: error.retryInMs };
        if (!(error instanceof AmendedError)) throw error;
        logger.info({ conversation: wake.key }, 'the question was edited or deleted, reloading it');
        editing = {};
        continue;
      }
      editing = undefined;
      wake = await resetAttempts(wake);
    }
  }

  /** Retries for a while: the reply is visible, and people would see it change if it were written again. */
  async function settle({ key, run, signal }: Wake, { answered, turns, stillAsked }: Answer): Promise<number> {
    const write = (): Promise<number> => store.settle(key, answered, turns, run, stillAsked);
    const pending = await untilStored(write, options.clock, signal, (error) =>
      logger.warn({ conversation: key, err: error }, 'cannot store a reply, retrying'),
    );
    if (answered.length > 0) observe(key, { type: 'settled', answered });
    return pending;
  }
}

/** As it was loaded, and answered since. Whoever looks closer loads it again. */
function withReply(loaded: Conversation, turns: readonly AssistantTurn[]): Conversation {
  const conversation = { ...loaded };
  delete conversation.reply;
  delete conversation.redo;
  return { ...conversation, turns: inOrder([...conversation.turns, ...turns]), pending: [] };
}

/** After a settle: earlier crashes and failures say nothing about the next question. */
async function resetAttempts(wake: Wake): Promise<Wake> {
  await wake.settled();
  return { ...wake, crashes: 0, isGuilty: false, overdue: false };
}

/** Milliseconds in which the whole of a question may still come, if only a part of it has. Clocks may differ a little. */
function waitForWhole(asked: readonly PersonTurn[], now: number): number {
  const waits = asked.filter(({ isPartial }) => isPartial).map(({ ts }) => Number(ts) * 1_000 + WHOLE_WITHIN_MS - now);
  const longest = Math.max(0, ...waits);
  return longest <= 2 * WHOLE_WITHIN_MS ? longest : 0;
}

/** Once in a conversation's life. False if the backlog cannot be read: an answer without it is better than none. */
async function readBacklog(
  conversation: Conversation,
  { store, backlog, logger }: ResponderOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const key = keyOf(conversation.id);
  const earlier = await backlog.read(conversation, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    logger.warn(
      { conversation: key, err: error },
      'cannot read the earlier messages of the thread, answering without them',
    );
  });
  if (!earlier) return false;
  await store.addBacklog(key, earlier);
  return true;
}
