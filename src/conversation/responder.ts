/**
 * Answers a conversation until nothing in it is pending. Errors are decided here and nowhere else: throw, and the queue
 * tries again later, or tell the people in the thread and settle.
 */
import { keyOf } from '../core/conversation-id.js';
import { type Conversation, newestIn, type ReplyInProgress } from '../core/conversation.js';
import { AmendedError, BudgetBusyError, ReplyError, StaleRunError } from '../core/errors.js';
import type { Settings } from '../core/layers/resolve.js';
import { unobserved } from '../core/observation.js';
import type { Backlog, Clock, ConversationStore, Replies, ReplyWriter, Wake, WakeHandler } from '../core/ports.js';
import { untilStored } from '../core/store-retry.js';
import { type AssistantTurn, inOrder, type PersonTurn } from '../core/turn.js';
import { type PlaceOptions, placeRules } from './access.js';
import { type AnswerOptions, answerWriter, asksModel, type Outcome, pendingTurns, writeNotice } from './answer.js';
import { isForgotten, lastWords } from './last-words.js';
import { ownership } from './ownership.js';
import { isOrphaned, keeps, questionsIn, scopeToOpenReply } from './questions.js';
import { rateLimited, type RateLimitOptions } from './rate-limit.js';

/** Edits often come in series: the answer is restarted after this long without one. */
const QUIET_AFTER_EDITS_MS = 1_500;
/** The two events of a mention arrive within a second or so of the message, unless one has to be sent again. */
const WHOLE_WITHIN_MS = 3_000;
/** Running calls, which may take long, have reserved the rest of a budget. */
const BUDGET_RETRY_MS = 5_000;

export interface ResponderOptions extends RateLimitOptions, AnswerOptions, PlaceOptions {
  store: ConversationStore;
  replies: Replies;
  backlog: Backlog;
  clock: Clock;
}

interface Answer {
  turns: AssistantTurn[];
  /** `ts` of the questions that it answers. */
  answered: string[];
  /** `ts` of the questions that were in its prompt, and that it does not answer. */
  stillAsked: string[];
}

export function createResponder(options: ResponderOptions): WakeHandler {
  const { store, logger, observe = unobserved } = options;
  const writeAnswer = answerWriter(options);

  return async function respond(first) {
    let wake = first;
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
        const round = scopeToOpenReply(conversation, wake.isGuilty);
        const asked = pendingTurns(round);
        const question = asked.at(-1);
        // Nothing is pending, or only turns in a newer form, which are left to the version that wrote them.
        if (!question) {
          if (!wake.isGuilty) options.compactor.consider(conversation);
          return undefined;
        }
        const untilWholeMs = waitForWhole(asked, options.clock.now());
        if (untilWholeMs > 0) return { retryInMs: untilWholeMs };
        const pausedMs = (await options.replies.pausedMs?.(round)) ?? 0;
        if (pausedMs > 0) return { retryInMs: pausedMs };
        if (conversation.redo) editing ??= {};
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
        const startsModel = (!round.reply || editing !== undefined) && asksModel(round, wake);
        const postponed = startsModel ? await rateLimited(round, asked, options) : undefined;
        if (postponed) return postponed;
        const said = await answer(round, question, wake, settings);
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
        logger.info({ conversation: wake.key }, 'the question was edited or deleted: loading it again');
        editing = {};
        continue;
      }
      editing = undefined;
      wake = await resetAttempts(wake);
    }
  };

  /** The turns of the reply as it is visible now; the earlier ones, or none, if it cannot be posted there. */
  async function answer(
    conversation: Conversation,
    question: PersonTurn,
    wake: Wake,
    settings: Settings,
  ): Promise<Answer> {
    const { key, run, signal } = wake;
    const after = newestIn(conversation);
    const asked = pendingTurns(conversation).map(({ ts }) => ts);
    let recorded = conversation.reply;
    let questions = recorded ? (recorded.questions ?? asked) : questionsIn(conversation);
    const record = (reply: ReplyInProgress): Promise<void> => {
      recorded = { ...reply, questions };
      return store.recordReply(key, recorded, run);
    };
    const rewritten = async (): Promise<void> => {
      const own = questionsIn(conversation);
      if (own.every((ts) => questions.includes(ts))) return;
      questions = own;
      if (recorded) await record(recorded);
    };
    const owned = ownership(store, wake, options.clock);
    const stillOwned = (): Promise<void> => owned.ensure();
    const request = { conversation, question, after };
    const isKept = async (ts: string): Promise<boolean | undefined> => keeps(await store.load(key), ts);
    const streaming = settings.streaming && { streaming: settings.streaming.value };
    const writer = options.replies.open({ ...request, signal, record, rewritten, isKept, stillOwned, ...streaming });
    const lost = new AbortController();
    void owned.watch(lost);
    try {
      const cancellable = { ...wake, signal: AbortSignal.any([signal, lost.signal]) };
      const { notice, ...outcome } = await writeAnswer(conversation, writer, cancellable, settings);
      const messages = await writer.finish();
      // What was stopped shows the words of an answer, not the notice that was to follow.
      const isNotice = notice === true && !writer.stopped?.aborted;
      const turns = turnsOf(messages, after, { ...outcome, ...(isNotice && { notice }) });
      // Whoever stopped it had not seen a question that was delivered later, to the process that took over.
      const isAnswered = (ts: string): boolean => !writer.stopped?.aborted || questions.includes(ts);
      return { turns, answered: asked.filter(isAnswered), stillAsked: asked.filter((ts) => !isAnswered(ts)) };
    } catch (error) {
      await writer.abandon();
      const failure: unknown = signal.aborted ? signal.reason : lost.signal.aborted ? lost.signal.reason : error;
      if (failure instanceof ReplyError && !failure.retryable) {
        logger.error({ conversation: key, err: failure }, 'the reply cannot be posted: giving up');
        // An edit may come too late for this workspace; then the earlier answer is still there.
        return { turns: conversation.redo ?? [], answered: asked, stillAsked: [] };
      }
      if (!(await isForgotten(wake, conversation, recorded, failure, options))) throw failure;
      logger.error({ conversation: key, err: failure }, 'the conversation is gone from the store: its reply ends here');
      observe(key, { type: 'failed', problem: 'the conversation is no longer stored' });
      let outcome: Outcome = {};
      const write = (last: ReplyWriter): void => {
        outcome = writeNotice(options.botMessages.unexpected, conversation, last, options);
      };
      const messages = await lastWords(request, recorded, write, options);
      // What has begun anew belongs to another run.
      if (!messages || failure instanceof StaleRunError) throw failure;
      return { turns: turnsOf(messages, after, outcome), answered: asked, stillAsked: [] };
    } finally {
      lost.abort('over');
    }
  }

  /** Retries for a while: the reply is visible, and people would see it change if it were written again. */
  async function settle({ key, run, signal }: Wake, { answered, turns, stillAsked }: Answer): Promise<number> {
    const write = (): Promise<number> => store.settle(key, answered, turns, run, stillAsked);
    const pending = await untilStored(write, options.clock, signal, (error) =>
      logger.warn({ conversation: key, err: error }, 'cannot settle a reply yet, retrying'),
    );
    if (answered.length > 0) observe(key, { type: 'settled', answered });
    return pending;
  }
}

function turnsOf(
  messages: readonly { ts: string; text: string }[],
  after: string,
  { usage, ...outcome }: Outcome,
): AssistantTurn[] {
  return messages.map((message, at) => {
    const turn = { role: 'assistant' as const, ...message, after, ...outcome };
    return { ...turn, ...(at === 0 && usage && { usage }) };
  });
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
      'cannot read the earlier messages of the thread; answering without them',
    );
  });
  if (!earlier) return false;
  await store.addBacklog(key, earlier);
  return true;
}
