/** Which questions and messages a reply is made of. Pure. */
import type { Conversation } from '../core/conversation.js';

/** Stored with a reply: more of a thread than anybody waits for. */
const MAX_QUESTIONS = 50;

/** `ts` of the questions that an answer reads: also those of the backlog whose events are still to come. */
export function questionsIn({ turns, pending }: Conversation): string[] {
  const answeredUpTo = turns.findLast((turn) => turn.role === 'assistant')?.after ?? '';
  const open = turns.flatMap(({ role, ts }) => (role === 'person' && ts > answeredUpTo ? ts : []));
  return [...new Set([...pending, ...open.slice(-MAX_QUESTIONS)])];
}

/** A reply in progress without a question: it was deleted, or given up. */
export function isOrphaned({ reply, pending }: Conversation): boolean {
  return reply !== undefined && !pending.some((ts) => ts <= reply.after);
}

/**
 * A reply in progress answers only what it was started for. Later questions get their own reply, below them: also those
 * that came after the one that is `givenUp`.
 */
export function scopeToOpenReply(conversation: Conversation, givenUp: boolean): Conversation {
  const { reply, firstPending = [], pending, turns } = conversation;
  const first = new Set(firstPending);
  const later = new Set(pending.filter((ts) => (reply ? ts > reply.after : givenUp && !first.has(ts))));
  // The whole of it, if nothing is left that was asked first.
  if (later.size === 0 || later.size === pending.length) return conversation;
  return {
    ...conversation,
    turns: turns.filter(({ ts }) => !later.has(ts)),
    pending: pending.filter((ts) => !later.has(ts)),
  };
}

/** Whether a message or file of the bot's (`ts` or id) is part of a conversation. Undefined if a run may still look for it, or if nothing is known. */
export function keeps(conversation: Conversation | undefined, id: string): boolean | undefined {
  if (!conversation) return undefined;
  const { turns, redo = [], reply, segments = [] } = conversation;
  const said = [...turns, ...redo];
  const files = [reply, ...said].flatMap((one) => (one && 'postedFiles' in one && one.postedFiles) || []);
  const isCovered = segments.some(({ newest }) => newest >= id);
  if (said.some(({ ts }) => ts === id) || isCovered || reply?.messages.includes(id)) return true;
  if (files.some((file) => file.id === id)) return true;
  return reply?.opening ? undefined : false;
}
