/** The memory of one process, for the playground and for tests: gone when it stops. Same contract as Redis. */
import { isDeepStrictEqual } from 'node:util';
import { AmendedError, StaleRunError } from '../core/errors.js';
import type { ConversationStore } from '../core/ports.js';
import { type AssistantTurn, inOrder, type PersonTurn, type Turn } from '../core/turn.js';
import { type ConversationKey, idOf, keyOf } from '../core/conversation-id.js';
import { beginsConversation } from '../core/incoming-message.js';
import { mayArriveLate } from '../core/delivery-window.js';
import type { ReplyInProgress, Summary } from '../core/conversation.js';

interface Entry {
  /** A turn that was removed stays as `undefined`, so that a late delivery of it is known. */
  turns: Map<string, Turn | undefined>;
  pending: Set<string>;
  /** Read back from Slack, and by no reply yet. */
  unheard: Set<string>;
  backlogRead: boolean;
  reply: ReplyInProgress | undefined;
  /** The run that owns the reply. */
  run: string | undefined;
  /** What that run answers was changed since it was loaded. */
  amended: boolean;
  /** The newest reply that is settled: what an edit of a turn that it answered begins anew. */
  last: { answered: string[]; turns: string[]; reply: ReplyInProgress } | undefined;
  redo: AssistantTurn[] | undefined;
  summary: Summary | undefined;
  /** See `Conversation.changes`. */
  changes: number;
  firstAuthor: string;
  several: boolean;
  newest: { ts: string; aside: boolean };
}

export function memoryStore(): ConversationStore {
  const entries = new Map<ConversationKey, Entry>();
  /** What became of turns before they came, by conversation and `ts`; `undefined`: removed. */
  const early = new Map<string, PersonTurn | undefined>();
  /** `ts` of what was heard in conversations that are not known, by conversation. */
  const missed = new Map<ConversationKey, Set<string>>();
  /** Times of the newest edits, by conversation and `ts`. */
  const edits = new Map<string, string>();

  function miss(key: ConversationKey, ts: string): void {
    missed.set(key, (missed.get(key) ?? new Set()).add(ts));
  }

  return {
    async append(message, asking) {
      const key = keyOf(message.conversation);
      const { ts, author, text, tokens } = message;
      const name = `${key} ${ts}`;
      const became = early.get(name);
      if (early.has(name) && !became) return 'duplicate';
      let entry = entries.get(key);
      if (!entry && asking !== 'yes') {
        if (mayArriveLate(message.conversation.thread, ts)) miss(key, ts);
        return 'ignored';
      }
      if (!entry) {
        entry = {
          turns: new Map(),
          pending: new Set(),
          unheard: new Set(),
          backlogRead: beginsConversation(message) && !missed.has(key),
          reply: undefined,
          run: undefined,
          amended: false,
          last: undefined,
          redo: undefined,
          summary: undefined,
          changes: 0,
          firstAuthor: author,
          several: false,
          newest: { ts: '', aside: false },
        };
        entries.set(key, entry);
      }
      if (entry.turns.has(ts)) {
        // Read back from Slack before its event came: it asks, unless a reply that has read it stands there by now.
        const asksNow =
          asking === 'yes' && entry.unheard.has(ts) && entry.turns.get(ts) !== undefined && !entry.pending.has(ts);
        if (asksNow) entry.pending.add(ts);
        return asksNow ? 'pending' : 'duplicate';
      }
      entry.several ||= author !== entry.firstAuthor;
      const asks = asking === 'auto' ? !(entry.several && entry.newest.aside) : asking !== 'no';
      entry.turns.set(ts, became ?? { role: 'person', ts, author, text, ...(tokens !== undefined && { tokens }) });
      early.delete(name);
      if (asks) entry.pending.add(ts);
      if (ts > entry.newest.ts) entry.newest = { ts, aside: !asks };
      return asks ? 'pending' : 'context';
    },

    async edit(key, turn, editedTs, meaning = {}) {
      const entry = entries.get(key);
      const name = `${key} ${turn.ts}`;
      const isNewer = (edits.get(name) ?? '') < editedTs;
      if (!entry?.turns.has(turn.ts)) {
        const wasRemoved = early.has(name) && !early.get(name);
        if (wasRemoved || !isNewer || !mayArriveLate(turn.ts, editedTs)) return 'unknown';
        if (entry || meaning.asks) {
          early.set(name, { ...turn });
          edits.set(name, editedTs);
        } else {
          miss(key, turn.ts);
          early.delete(name);
          edits.delete(name);
        }
        return 'unknown';
      }
      const old = entry.turns.get(turn.ts);
      if (!old || !isNewer) return 'unchanged';
      const changed = !isDeepStrictEqual(old, turn);
      entry.turns.set(turn.ts, { ...turn });
      edits.set(name, editedTs);
      if (changed) isChanged(entry, turn.ts);
      const [anew, answered] = [
        changed && meaning.regenerate === true,
        entry.last?.answered.includes(turn.ts) === true,
      ];
      if (entry.pending.has(turn.ts)) {
        if (anew) disown(entry, turn.ts);
      } else if (meaning.newlyAsks && !answered) entry.pending.add(turn.ts);
      else if (anew && answered && entry.pending.size === 0 && !entry.reply) askAgain(entry);
      return changed ? 'changed' : 'unchanged';
    },

    async remove(key, ts) {
      const entry = entries.get(key);
      if (!entry) {
        early.set(`${key} ${ts}`, undefined);
        return 'unknown';
      }
      const [known, there] = [entry.turns.has(ts), entry.turns.get(ts) !== undefined];
      entry.turns.set(ts, undefined);
      if (there) isChanged(entry, ts);
      if (entry.pending.delete(ts)) disown(entry, ts);
      early.delete(`${key} ${ts}`);
      if (!known) return 'unknown';
      return there ? 'changed' : 'unchanged';
    },

    async load(key, run) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      if (run !== undefined) Object.assign(entry, { run, amended: false });
      const turns = [...entry.turns.values()].filter((turn) => turn !== undefined);
      const heard = missed.get(key);
      return structuredClone({
        id: idOf(key),
        turns: inOrder(turns),
        pending: [...entry.pending].toSorted(),
        backlogRead: entry.backlogRead,
        ...(heard && { seenBeforeStart: [...heard] }),
        ...(entry.reply && { reply: entry.reply }),
        ...(entry.redo && { redo: entry.redo }),
        ...(entry.summary && { summary: entry.summary }),
        ...(entry.changes > 0 && { changes: entry.changes }),
      });
    },

    async addBacklog(key, turns) {
      const entry = entries.get(key);
      if (!entry) return;
      for (const turn of turns) {
        const name = `${key} ${turn.ts}`;
        const wasRemoved = early.has(name) && !early.get(name);
        const isPerson = turn.role === 'person';
        if (!entry.turns.has(turn.ts) && !wasRemoved) {
          entry.turns.set(turn.ts, early.get(name) ?? { ...turn });
          early.delete(name);
          if (isPerson) entry.unheard.add(turn.ts);
          entry.several ||= isPerson && turn.author !== entry.firstAuthor;
        } else if (entry.turns.get(turn.ts) && missed.get(key)?.has(turn.ts) && !edits.has(name))
          entry.turns.set(turn.ts, { ...turn });
      }
      entry.backlogRead = true;
      missed.delete(key);
    },

    async confirm(key, run) {
      refuseStale(key, entries.get(key), run);
    },

    async recordReply(key, reply, run) {
      const entry = entries.get(key);
      refuseStale(key, entry, run);
      if (entry) entry.reply = structuredClone(reply);
    },

    async settle(key, answered, reply, run) {
      const entry = entries.get(key);
      refuseStale(key, entry, run);
      if (!entry) return;
      for (const turn of reply) {
        if (!entry.turns.has(turn.ts)) entry.turns.set(turn.ts, { ...turn });
        if (turn.ts > entry.newest.ts) entry.newest = { ts: turn.ts, aside: false };
      }
      for (const ts of answered) entry.pending.delete(ts);
      const [first] = reply;
      if (first) {
        const turns = reply.map(({ ts }) => ts);
        const before = entry.last?.reply.after ?? '';
        entry.last = { answered: [...answered], turns, reply: { after: first.after, messages: turns, opening: false } };
        for (const ts of entry.unheard) {
          // What stood above an earlier reply looked answered to whoever wrote this one.
          if (ts <= before && !answered.includes(ts)) continue;
          entry.pending.delete(ts);
          entry.unheard.delete(ts);
        }
      } else if (answered.length > 0) entry.last = undefined;
      entry.reply = undefined;
      entry.redo = undefined;
    },

    async compact(key, summary, changes) {
      const entry = entries.get(key);
      if (!entry || entry.changes !== changes) return false;
      entry.summary = structuredClone(summary);
      entry.changes += 1;
      return true;
    },
  };
}

function refuseStale(key: ConversationKey, entry: Entry | undefined, run: string | undefined): void {
  if (run === undefined || entry?.run === undefined) return;
  if (entry.run !== run) throw new StaleRunError(key);
  if (entry.amended) throw new AmendedError(key);
}

/** The run that is answering the turn `ts` has read what does not count any more. */
function disown(entry: Entry, ts: string): void {
  if (!entry.reply || ts <= entry.reply.after) entry.amended = true;
}

/** What was said is other than what a summary may have read, be it stored or only asked for as yet. */
function isChanged(entry: Entry, ts: string): void {
  entry.changes += 1;
  if (entry.summary?.covers.includes(ts)) entry.summary = undefined;
}

/** What the newest reply answered asks once more; not if somebody took a message of that reply away. */
function askAgain(entry: Entry): void {
  const { last, turns } = entry;
  if (!last || last.turns.some((ts) => !turns.get(ts))) return;
  for (const ts of last.answered) if (turns.get(ts)) entry.pending.add(ts);
  const redo = last.turns.map((ts) => turns.get(ts)).filter((turn) => turn?.role === 'assistant');
  for (const ts of last.turns) {
    turns.delete(ts);
    isChanged(entry, ts);
  }
  Object.assign(entry, { reply: last.reply, redo, last: undefined });
}
