/**
 * Answers a conversation until nothing in it waits for an answer. The one place where errors are decided: try again
 * later (throw, the queue backs off), or tell the people in the thread and settle.
 */
import { keyOf } from '../core/conversation-id.js';
import type { Conversation, ReplyInProgress } from '../core/conversation.js';
import { AmendedError, BudgetBusyError, ReplyError, StaleRunError } from '../core/errors.js';
import { unobserved } from '../core/observation.js';
import type { Backlog, Clock, ConversationStore, Replies, Wake, WakeHandler } from '../core/ports.js';
import { type AssistantTurn, newestOf, type PersonTurn } from '../core/turn.js';
import { withTokenCount } from '../prompt/tokens.js';
import { askedTurns, asksModel, answerWriter, type AnswerOptions } from './answer.js';
import { ownership } from './ownership.js';
import { rateLimited, type LimitedOptions } from './rate-limit.js';

/** Half a minute: Redis may be failing over. */
const SETTLE_TRIES = 30;
const SETTLE_RETRY_MS = 1_000;
/** Whoever edits a message often edits it again at once: the answer is begun anew when it has been left alone for so long. */
const EDITS_QUIET_MS = 1_500;
/** Other calls have set aside what is left of a budget; they may be long. */
const BUDGET_RETRY_MS = 5_000;

export interface ResponderOptions extends LimitedOptions, AnswerOptions {
  store: ConversationStore;
  replies: Replies;
  backlog: Backlog;
  clock: Clock;
}

export function createResponder(options: ResponderOptions): WakeHandler {
  const { store, logger, observe = unobserved } = options;
  const writeAnswer = answerWriter(options);

  return async function respond(woken) {
    let wake = woken;
    /** Set while what is asked is being edited: what it was when last looked at. */
    let edited: { asked?: string } | undefined;
    for (;;) {
      wake.signal.throwIfAborted();
      const conversation = await store.load(wake.key, wake.run);
      if (!conversation) return undefined;
      try {
        if (isOrphaned(conversation)) {
          await options.replies.retract(conversation);
          await settle(wake, [], []);
          wake = await resetAttempts(wake);
          continue;
        }
        const round = scopeToOpenReply(conversation);
        const asked = askedTurns(round);
        const to = asked.at(-1);
        // Nothing waits; or only turns that a later version wrote, which are left for it.
        if (!to) {
          options.compactor.consider(conversation);
          return undefined;
        }
        const words = JSON.stringify(asked);
        if (conversation.redo) edited ??= {};
        if (edited && edited.asked !== words) {
          edited.asked = words;
          await options.clock.sleep(EDITS_QUIET_MS, wake.signal);
          continue;
        }
        // What is read back is loaded with what came meanwhile.
        if (!conversation.backlogRead && (await readBacklog(conversation, options))) continue;
        const held = beginsWithModel(round, wake, edited !== undefined)
          ? await rateLimited(round, asked, options)
          : undefined;
        if (held) return held;
        const answered = asked.map(({ ts }) => ts);
        await settle(wake, answered, await answer(round, to, wake));
      } catch (error) {
        if (error instanceof BudgetBusyError) return { againInMs: BUDGET_RETRY_MS };
        if (!(error instanceof AmendedError)) throw error;
        logger.info({ conversation: wake.key }, 'what was being answered was edited or deleted: it is looked at anew');
        edited = {};
        continue;
      }
      edited = undefined;
      wake = await resetAttempts(wake);
    }
  };

  /** The turns of the reply, as they stand in Slack; the former ones, or none, when Slack takes no reply there. */
  async function answer(conversation: Conversation, question: PersonTurn, wake: Wake): Promise<AssistantTurn[]> {
    const { key, run, signal } = wake;
    const after = newestOf(conversation.turns);
    const record = (reply: ReplyInProgress): Promise<void> => store.recordReply(key, reply, run);
    const owned = ownership(store, wake, options.clock);
    const writer = options.replies.open({
      conversation,
      question,
      after,
      signal,
      record,
      stillOwned: () => owned.sure(),
    });
    const lost = new AbortController();
    void owned.watch(lost);
    try {
      const { usage, ...outcome } = await writeAnswer(conversation, writer, {
        ...wake,
        signal: AbortSignal.any([signal, lost.signal]),
      });
      const messages = await writer.finish();
      return messages.map((message, at): AssistantTurn => ({
        role: 'assistant',
        ...withTokenCount(message),
        after,
        ...outcome,
        ...(at === 0 && usage && { usage }),
      }));
    } catch (error) {
      await writer.abandon();
      if (signal.aborted) throw signal.reason;
      if (lost.signal.aborted) throw lost.signal.reason;
      if (!(error instanceof ReplyError) || error.retryable) throw error;
      logger.error({ conversation: key, err: error }, 'Slack does not take the reply: given up');
      // It may be too late for edits in that workspace: what was to be written anew still stands there.
      return conversation.redo ?? [];
    } finally {
      lost.abort();
    }
  }

  /** Tries for a while: the reply stands in Slack, and begun anew it would change before people's eyes. */
  async function settle({ key, run, signal }: Wake, answered: string[], turns: AssistantTurn[]): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await store.settle(key, answered, turns, run);
        if (answered.length > 0) observe(key, { type: 'settled', answered });
        return;
      } catch (error) {
        if (tries === SETTLE_TRIES || error instanceof StaleRunError) throw error;
        logger.warn({ conversation: key, err: error }, 'a reply cannot be settled yet');
        await options.clock.sleep(SETTLE_RETRY_MS, signal);
      }
    }
  }
}

/** Whether the model will be asked for the first time; a reply that was begun was counted when it was. What is written anew counts again. */
function beginsWithModel(conversation: Conversation, wake: Wake, isAnew: boolean): boolean {
  return (!conversation.reply || isAnew) && asksModel(conversation, wake);
}

/** What failed and who died over it so far is settled: of what comes next nothing is known. */
async function resetAttempts(wake: Wake): Promise<Wake> {
  await wake.settled();
  return { ...wake, crashes: 0, overdue: false };
}

/** A reply was begun, and whoever it was for has taken the question away, or it was given up. */
function isOrphaned({ reply, pending }: Conversation): boolean {
  return reply !== undefined && !pending.some((ts) => ts <= reply.after);
}

/** A reply that was begun answers what it was begun for; what came later gets one of its own, below the question. */
function scopeToOpenReply(conversation: Conversation): Conversation {
  const { reply, pending, turns } = conversation;
  if (!reply) return conversation;
  const later = new Set(pending.filter((ts) => ts > reply.after));
  return {
    ...conversation,
    turns: turns.filter(({ ts }) => !later.has(ts)),
    pending: pending.filter((ts) => !later.has(ts)),
  };
}

/** Once in a conversation's life: what was said before the bot was named. False when Slack does not tell: the answer is poorer, but there is one. */
async function readBacklog(conversation: Conversation, { store, backlog, logger }: ResponderOptions): Promise<boolean> {
  const key = keyOf(conversation.id);
  const earlier = await backlog.read(conversation).catch((error: unknown) => {
    logger.warn({ conversation: key, err: error }, 'what was said before cannot be read; answering without it');
  });
  if (!earlier) return false;
  await store.addBacklog(key, earlier.map(withTokenCount));
  return true;
}
