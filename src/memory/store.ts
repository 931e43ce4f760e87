/** The memory of one process, for the playground and for tests: gone when it stops. Same contract as Redis. */
import { StaleRunError } from '../conversation/errors.js';
import type { ConversationStore } from '../conversation/ports.js';
import { type ConversationKey, beginsConversation, idOf, inOrder, keyOf, type ReplyInProgress, type Turn } from '../conversation/types.js';

interface Entry {
  /** A turn that was removed stays as `undefined`, so that a late delivery of it is known. */
  turns: Map<string, Turn | undefined>;
  pending: Set<string>;
  edits: Map<string, string>;
  backlogRead: boolean;
  reply: ReplyInProgress | undefined;
  /** The run that owns the reply. */
  run: string | undefined;
  firstAuthor: string;
  several: boolean;
  newest: { ts: string; aside: boolean };
}

export function memoryStore(): ConversationStore {
  const entries = new Map<ConversationKey, Entry>();

  return {
    async append(message, asking) {
      const key = keyOf(message.conversation);
      const { ts, author, text } = message;
      let entry = entries.get(key);
      if (!entry) {
        if (asking !== 'yes') return 'ignored';
        entry = {
          turns: new Map(),
          pending: new Set(),
          edits: new Map(),
          backlogRead: beginsConversation(message),
          reply: undefined,
          run: undefined,
          firstAuthor: author,
          several: false,
          newest: { ts: '', aside: false },
        };
        entries.set(key, entry);
      }
      if (entry.turns.has(ts)) return 'duplicate';
      entry.several ||= author !== entry.firstAuthor;
      const asks = asking === 'auto' ? !(entry.several && entry.newest.aside) : asking !== 'no';
      entry.turns.set(ts, { role: 'person', ts, author, text });
      if (asks) entry.pending.add(ts);
      if (ts > entry.newest.ts) entry.newest = { ts, aside: !asks };
      return asks ? 'pending' : 'context';
    },

    async edit(key, turn, editedTs) {
      const entry = entries.get(key);
      if (!entry?.turns.get(turn.ts) || (entry.edits.get(turn.ts) ?? '') >= editedTs) return false;
      entry.turns.set(turn.ts, { ...turn });
      entry.edits.set(turn.ts, editedTs);
      return true;
    },

    async remove(key, ts) {
      const entry = entries.get(key);
      if (!entry) return false;
      const was = entry.turns.get(ts) !== undefined;
      entry.turns.set(ts, undefined);
      entry.pending.delete(ts);
      return was;
    },

    async load(key, run) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entry.run = run ?? entry.run;
      const turns = [...entry.turns.values()].filter((turn) => turn !== undefined);
      return structuredClone({
        id: idOf(key),
        turns: inOrder(turns),
        pending: [...entry.pending].toSorted(),
        backlogRead: entry.backlogRead,
        ...(entry.reply && { reply: entry.reply }),
      });
    },

    async addBacklog(key, turns) {
      const entry = entries.get(key);
      if (!entry) return;
      for (const turn of turns) {
        if (entry.turns.has(turn.ts)) continue;
        entry.turns.set(turn.ts, { ...turn });
        entry.several ||= turn.role === 'person' && turn.author !== entry.firstAuthor;
      }
      entry.backlogRead = true;
    },

    async owns(key, run) {
      return (entries.get(key)?.run ?? run) === run;
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
      entry.reply = undefined;
    },
  };
}

function refuseStale(key: ConversationKey, entry: Entry | undefined, run: string | undefined): void {
  if (run !== undefined && entry?.run !== undefined && entry.run !== run) throw new StaleRunError(key);
}
