/** The end of a reply whose conversation is gone from the store, as after a FLUSHALL: no other run would come back to it. */
import type { Conversation, ReplyInProgress } from '../core/conversation.js';
import { AmendedError } from '../core/errors.js';
import type { Clock, ConversationStore, Logger, Replies, ReplyRequest, ReplyWriter, Wake } from '../core/ports.js';
import { settlesWithin } from '../core/shutdown.js';
import type { Turn } from '../core/turn.js';

/** The process may be stopping: it gives back its work three seconds later. */
const LAST_WORDS_MS = 2_000;

export interface LastWordsOptions {
  store: Pick<ConversationStore, 'load'>;
  replies: Pick<Replies, 'open'>;
  clock: Clock;
  logger: Logger;
}

/** Whether the store knows nothing any more of what a run was answering. `reply`: what was recorded of it last. */
export async function isForgotten(
  { key }: Pick<Wake, 'key'>,
  { pending }: Conversation,
  reply: ReplyInProgress | undefined,
  failure: unknown,
  { store, logger }: LastWordsOptions,
): Promise<boolean> {
  // This run answers it when it has loaded it again.
  if (failure instanceof AmendedError) return false;
  try {
    const stored = await store.load(key);
    if (!stored) return true;
    // What is not found among the turns may be in a summary.
    if (stored.segments) return false;
    // It may have begun anew since. Otherwise another run, or a later one, goes on with the reply.
    const { messages = [] } = reply ?? {};
    const known = new Set([...stored.pending, ...heardOf(stored), ...(stored.reply?.messages ?? [])]);
    return messages.length > 0 && ![...pending, ...messages].some((ts) => known.has(ts));
  } catch (error) {
    logger.debug({ conversation: key, err: error }, 'cannot check whether a conversation is still stored');
    return false;
  }
}

/** `ts` of the turns that did not come with the backlog: that has what is visible in the thread. */
function heardOf({ turns }: Conversation): string[] {
  const fromBacklog = (turn: Turn): boolean =>
    turn.role === 'person' ? turn.unasked === 'backlog' : turn.after === turn.ts;
  return turns.flatMap((turn) => (fromBacklog(turn) ? [] : [turn.ts]));
}

/**
 * Goes on with the messages of `reply` and ends them with what `write` writes, whatever has aborted the run. The messages
 * as they are then; undefined if that failed.
 */
export async function lastWords(
  request: Pick<ReplyRequest, 'conversation' | 'question' | 'after'>,
  reply: ReplyInProgress | undefined,
  write: (writer: ReplyWriter) => void,
  { replies, clock, logger }: LastWordsOptions,
): Promise<{ ts: string; text: string }[] | undefined> {
  const writer = replies.open({
    ...request,
    conversation: { ...request.conversation, ...(reply && { reply }) },
    signal: new AbortController().signal,
    record: async () => {},
    rewritten: async () => {},
    recordFiles: async () => {},
    isKept: async () => undefined,
    stillOwned: async () => {},
  });
  try {
    write(writer);
    const finished = writer.finish();
    if (await settlesWithin(LAST_WORDS_MS, finished, clock)) return await finished;
    finished.catch(() => {});
    logger.warn({}, 'a reply stays unfinished: its conversation is no longer stored, and Slack does not respond');
  } catch (error) {
    logger.warn({ err: error }, 'a reply stays unfinished: its conversation is no longer stored');
  }
  void writer.abandon();
  return undefined;
}
