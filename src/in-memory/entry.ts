/** One conversation of the in-memory store, and the changes that several of its methods make. */
import type { ConversationKey } from '../core/conversation-id.js';
import { type Conversation, type ReplyInProgress, reopenedReply } from '../core/conversation.js';
import { AmendedError, StaleRunError } from '../core/errors.js';
import type { AgainWish, Intent, Reopened, StopWish } from '../core/ports.js';
import { type AssistantTurn, outlineOf, type Turn } from '../core/turn.js';
import { Segments } from './segments.js';

interface LastReply {
  /** `ts` of the questions that it answered. */
  answered: string[];
  /** `ts` of people's messages in the backlog that it has read, and that have not asked. */
  read: string[];
  /** `ts` of its messages. */
  turns: string[];
  reply: ReplyInProgress;
}

export interface Entry {
  /** Those that no segment covers. A removed turn stays as `undefined`, so that a late delivery of it is recognized. */
  turns: Map<string, Turn | undefined>;
  pending: Set<string>;
  /** `ts` of people's messages in the backlog that no settled reply has read. */
  unheard: Set<string>;
  backlogRead: boolean;
  reply: ReplyInProgress | undefined;
  /** See `Conversation.firstPending`. */
  firstPending: string[] | undefined;
  /** A person has stopped the reply to `firstPending`. */
  stopped: boolean;
  /** The run that owns the reply. */
  run: string | undefined;
  /** A turn that this run answers has changed since the run loaded it. */
  amended: boolean;
  /** The newest settled reply, which an edit of a turn that it answered can reopen. */
  last: LastReply | undefined;
  /** When that was, milliseconds since 1970. */
  settledAt: number | undefined;
  /** See `Conversation.redo`. */
  redo: AssistantTurn[] | undefined;
  /** See `Conversation.again`. */
  again: { version?: number } | undefined;
  /** Id of the newest act by which a person wanted that. */
  againId: string | undefined;
  segments: Segments;
  /** See `Conversation.changes`. */
  changes: number;
  /** User ids of the people who have written, in order of arrival. */
  authors: Set<string>;
  /** `ts` of the copies that it has of what stood in the channel before; undefined until it got them. */
  copied: ReadonlySet<string> | undefined;
  /** A workflow has asked, and no person has written since. */
  workflow: boolean;
  /** The newest message; `aside` if it is a person's and did not ask the bot. */
  newest: { ts: string; aside: boolean };
}

export function newEntry(backlogRead: boolean): Entry {
  const turns = new Map<string, Turn | undefined>();
  return {
    turns,
    pending: new Set(),
    unheard: new Set(),
    backlogRead,
    reply: undefined,
    firstPending: undefined,
    stopped: false,
    run: undefined,
    amended: false,
    last: undefined,
    settledAt: undefined,
    redo: undefined,
    again: undefined,
    againId: undefined,
    segments: new Segments(turns),
    changes: 0,
    authors: new Set(),
    copied: undefined,
    workflow: false,
    newest: { ts: '', aside: false },
  };
}

export function throwIfStale(key: ConversationKey, entry: Entry | undefined, run: string | undefined): void {
  if (run === undefined || entry?.run === undefined) return;
  if (entry.run !== run) throw new StaleRunError(key);
  if (entry.amended) throw new AmendedError(key);
}

/** Whether a message with this intent waits for an answer. */
export function isAsked({ authors, newest, workflow }: Entry, intent: Intent): boolean {
  return {
    yes: true,
    known: true,
    no: false,
    auto: !(authors.size > 1 && newest.aside),
    workflow: !workflow,
  }[intent];
}

/** Marks the reply that is being written as stopped; false if there is none, or not the one that is meant. */
export function stopReply(entry: Entry | undefined, { at, after, messages = [] }: StopWish): boolean {
  const [oldest] = entry?.firstPending ?? [];
  if (!entry || oldest === undefined || oldest > at) return false;
  if (after !== undefined && after !== entry.reply?.after) return false;
  const isSettled = (ts: string): boolean => entry.turns.has(ts) || entry.segments.has(ts);
  if (messages.length > 0 && messages.every(isSettled)) return false;
  entry.stopped = true;
  return true;
}

/** Whether a stop that was said at `ts` was meant for the reply before, which people saw being written until then. */
export function isForReplyBefore({ settledAt }: Entry, ts: string): boolean {
  return settledAt !== undefined && Number(ts) * 1_000 < settledAt;
}

/** Stores a reply's turns, and ends the reply in progress. See `ConversationStore.settle`. */
export function settleReply(entry: Entry, answered: string[], reply: AssistantTurn[], stillAsked: string[]): number {
  for (const turn of reply) {
    if (!entry.turns.has(turn.ts)) entry.turns.set(turn.ts, { ...turn });
    if (turn.ts > entry.newest.ts) entry.newest = { ts: turn.ts, aside: false };
  }
  for (const ts of answered) entry.pending.delete(ts);
  const [first] = reply;
  if (first) {
    const turns = reply.map(({ ts }) => ts);
    const lastAfter = entry.last?.reply.after ?? '';
    const last = { answered: [...answered], read: [] as string[], turns };
    for (const ts of entry.unheard) {
      const isAnswered = answered.includes(ts);
      // Turns before the previous reply looked answered when this reply was written.
      if (stillAsked.includes(ts) || (ts <= lastAfter && !isAnswered)) continue;
      if (!isAnswered) (entry.pending.delete(ts) ? last.answered : last.read).push(ts);
      entry.unheard.delete(ts);
    }
    entry.last = { ...last, reply: reopenedReply(reply) };
  } else if (answered.length > 0) entry.last = undefined;
  Object.assign(entry, {
    settledAt: Date.now(),
    reply: undefined,
    firstPending: undefined,
    stopped: false,
    redo: undefined,
    again: undefined,
  });
  return entry.pending.size;
}

/** Tells the run that is answering the turn `ts` to load the conversation again. */
export function markRunAmended(entry: Entry, ts: string): void {
  if (!entry.reply || ts <= entry.reply.after) entry.amended = true;
}

/** The same after an edit, which asks for another answer than the one that was stopped. */
export function askAgain(entry: Entry, ts: string): void {
  markRunAmended(entry, ts);
  if (entry.firstPending?.includes(ts)) entry.stopped = false;
}

/** A segment that was made from the turn's old text is invalid, whether stored or still being written. */
export function recordChange(entry: Entry, ts: string, by: string): void {
  entry.changes += 1;
  entry.segments.unfold(ts, by);
}

/**
 * Makes the questions of the last reply pending again and turns the reply into one in progress. Not if one of its
 * messages was deleted.
 */
export function reopenLastReply(entry: Entry, by: string): void {
  const { last, turns, segments } = entry;
  for (const ts of last?.turns ?? []) if (segments.has(ts)) segments.unfold(ts, by);
  if (!last || last.turns.some((ts) => !turns.get(ts))) return;
  for (const ts of last.answered) {
    if (segments.has(ts)) segments.unfold(ts, by);
    if (turns.get(ts)) entry.pending.add(ts);
  }
  // The rewritten reply has to read them again.
  for (const ts of last.read) {
    if (segments.has(ts)) segments.unfold(ts, by);
    entry.unheard.add(ts);
  }
  const redo = last.turns.map((ts) => turns.get(ts)).filter((turn) => turn?.role === 'assistant');
  for (const ts of last.turns) {
    turns.delete(ts);
    entry.changes += 1;
  }
  Object.assign(entry, { reply: last.reply, redo, last: undefined });
}

/** A message of the backlog that asks only now, but is answered already: an edit of it regenerates that reply. */
export function noteAnswered({ last }: Entry, ts: string): void {
  if (!last?.read.includes(ts)) return;
  last.read = last.read.filter((one) => one !== ts);
  last.answered.push(ts);
}

/** The run owns the reply from now on. Undefined: somebody only looks. */
export function startRun(entry: Entry, run: string | undefined): void {
  if (run === undefined) return;
  Object.assign(entry, { run, amended: false });
  if (entry.pending.size > 0) entry.firstPending ??= [...entry.pending].toSorted();
}

/** What waits for an answer, and how far that is. */
export function progressIn({ pending, backlogRead, reply, firstPending }: Entry): Omit<Conversation, 'id' | 'turns'> {
  return {
    pending: [...pending].toSorted(),
    backlogRead,
    ...(reply && { reply }),
    ...(firstPending && { firstPending }),
  };
}

/** As `ConversationStore.outline`. */
export function outlineIn(entry: Entry, run: string): Omit<Conversation, 'id'> {
  startRun(entry, run);
  const [author = ''] = entry.authors;
  const turns = outlineOf([...entry.turns.keys()].toSorted(), author);
  return structuredClone({ turns, ...progressIn(entry), backlogRead: true });
}

/** Reopens the newest reply because a person wants that. See `ConversationStore.again`. */
export function writeAgain(entry: Entry | undefined, { id, reply, version }: AgainWish): Reopened {
  if (!entry) return 'refused';
  if (entry.againId === id) return 'begun';
  // People see it before it is settled.
  if (entry.reply && !entry.redo && !entry.turns.has(reply)) return 'early';
  if (!entry.last?.turns.includes(reply) || entry.pending.size > 0 || entry.reply) return 'refused';
  reopenLastReply(entry, '');
  if (!entry.reply) return 'refused';
  Object.assign(entry, { again: { ...(version !== undefined && { version }) }, againId: id });
  return 'begun';
}
