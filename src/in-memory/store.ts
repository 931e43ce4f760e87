/** A conversation store in memory, for the playground and for tests. Same contract as the one in Redis. */
import { isDeepStrictEqual } from 'node:util';
import { type ConversationKey, idOf, keyOf } from '../core/conversation-id.js';
import { mayArriveLate } from '../core/delivery-window.js';
import { beginsConversation, contextTurnOf, stopTurnOf, turnOf } from '../core/incoming-message.js';
import type { ConversationStore } from '../core/ports.js';
import { inOrder, type PersonTurn } from '../core/turn.js';
import { ChannelCopies } from './channel-copies.js';
import {
  askAgain,
  type Entry,
  isAsked,
  isForReplyBefore,
  markRunAmended,
  newEntry,
  noteAnswered,
  outlineIn,
  progressIn,
  recordChange,
  reopenLastReply,
  settleReply,
  startRun,
  stopReply,
  throwIfStale,
  writeAgain,
} from './entry.js';
import { forgetting, type Forgetting } from './forgotten.js';
import { loseFile } from './lost-file.js';

export function memoryStore(): ConversationStore {
  const entries = new Map<ConversationKey, Entry>();
  /** Messages that were edited before they arrived, by conversation and `ts`; `undefined` if removed before. */
  const early = new Map<string, PersonTurn | undefined>();
  /** `ts` of messages seen before their conversation began, by conversation. */
  const missed = new Map<ConversationKey, Set<string>>();
  /** Time of the newest edit of each turn, by conversation and `ts`. */
  const edits = new Map<string, string>();
  const copies = new ChannelCopies();

  function noteMissed(key: ConversationKey, ts: string): void {
    missed.set(key, (missed.get(key) ?? new Set()).add(ts));
  }

  const store: Omit<ConversationStore, keyof Forgetting> = {
    async append(message, asking) {
      const key = keyOf(message.conversation);
      const { ts, from } = message;
      const author = from === undefined ? message.author : '';
      const starts = asking === 'yes' || asking === 'workflow';
      const name = `${key} ${ts}`;
      const edited = early.get(name);
      if (early.has(name) && !edited) return 'duplicate';
      let entry = entries.get(key);
      if (!entry && !starts) {
        if (mayArriveLate(message.conversation.thread, ts)) noteMissed(key, ts);
        return 'ignored';
      }
      if (!entry) {
        entry = newEntry(beginsConversation(message) && !missed.has(key));
        entries.set(key, entry);
      }
      if (entry.segments.has(ts) || entry.turns.has(ts)) {
        // It may have come with the backlog, without them.
        copies.take(entry, message);
        if (message.stops === 'only' && isDeepStrictEqual(entry.turns.get(ts), stopTurnOf(message))) return 'stop';
        if (starts) noteAnswered(entry, ts);
        // A turn from the backlog whose event arrives late still asks, unless a settled reply has read it.
        const asksNow = starts && entry.unheard.has(ts) && entry.turns.get(ts) !== undefined && !entry.pending.has(ts);
        if (asksNow) entry.pending.add(ts);
        return asksNow ? 'pending' : 'duplicate';
      }
      if (author !== '') entry.authors.add(author);
      const asksBot = isAsked(entry, asking);
      const mayStop = message.stops === 'only' || (message.stops === 'too' && asksBot);
      const isLate = mayStop && isForReplyBefore(entry, ts);
      const isStop = mayStop && !isLate && stopReply(entry, { at: ts });
      const isStopTurn = isStop || (isLate && message.stops === 'only');
      const asks = asksBot && !(isStopTurn && message.stops === 'only');
      const turn = asks ? turnOf(message) : isStopTurn ? stopTurnOf(message) : contextTurnOf(message);
      entry.turns.set(ts, edited ?? turn);
      early.delete(name);
      copies.take(entry, message);
      if (asks) entry.pending.add(ts);
      if (asking === 'workflow') entry.workflow = true;
      if (author !== '') {
        entry.workflow = false;
        if (ts > entry.newest.ts) entry.newest = { ts, aside: !asks && !isStopTurn };
      }
      if (isStop) return asks ? 'steer' : 'stop';
      return asks ? 'pending' : 'context';
    },

    async edit(key, turn, editedTs, meaning = {}) {
      const entry = entries.get(key);
      const name = `${key} ${turn.ts}`;
      const isNewer = (edits.get(name) ?? '') < editedTs;
      const isStored = entry && (entry.turns.has(turn.ts) || entry.segments.has(turn.ts));
      const old = entry?.turns.get(turn.ts) ?? entry?.segments.get(turn.ts);
      const isPart = old?.role === 'person' && old.isPartial === true;
      if (meaning.completes && !isPart) return entry ? 'unchanged' : 'unknown';
      if (!isStored) {
        // What is left of the turn is in a sealed segment.
        if (entry?.segments.unfold(turn.ts, turn.author)) entry.changes += 1;
        const wasRemoved = early.has(name) && !early.get(name);
        // What was read from Slack before the edit may be stored after it.
        const mayArrive = mayArriveLate(turn.ts, editedTs) || entry?.backlogRead === false;
        if (wasRemoved || !isNewer || !mayArrive) return 'unknown';
        if (entry || meaning.asks) {
          early.set(name, { ...turn });
          edits.set(name, editedTs);
        } else {
          noteMissed(key, turn.ts);
          early.delete(name);
          edits.delete(name);
        }
        return 'unknown';
      }
      if (!old || !isNewer) return 'unchanged';
      const changed = !isDeepStrictEqual(old, turn);
      edits.set(name, editedTs);
      if (changed) {
        recordChange(entry, turn.ts, turn.author);
        entry.turns.set(turn.ts, { ...turn });
      }
      const regenerate = changed && meaning.regenerate === true;
      const answered = entry.last?.answered.includes(turn.ts) === true;
      if (entry.pending.has(turn.ts)) {
        if (regenerate) askAgain(entry, turn.ts);
      } else if (meaning.newlyAsks && !answered) entry.pending.add(turn.ts);
      else if (regenerate && answered && entry.pending.size === 0 && !entry.reply) reopenLastReply(entry, turn.author);
      return changed ? 'changed' : 'unchanged';
    },

    async remove(key, ts, author) {
      const entry = entries.get(key);
      if (!entry) {
        early.set(`${key} ${ts}`, undefined);
        return 'unknown';
      }
      const known = entry.turns.has(ts) || entry.segments.has(ts);
      const exists = (entry.turns.get(ts) ?? entry.segments.get(ts)) !== undefined;
      if (exists || !known) {
        // Also where what is left of the turn is in a sealed segment.
        if (entry.segments.unfold(ts, author) || exists) entry.changes += 1;
      }
      if (!entry.segments.has(ts)) entry.turns.set(ts, undefined);
      entry.redo = entry.redo?.filter((turn) => turn.ts !== ts);
      if (entry.pending.delete(ts)) markRunAmended(entry, ts);
      early.delete(`${key} ${ts}`);
      if (!known) return 'unknown';
      return exists ? 'changed' : 'unchanged';
    },

    async fileDeleted(key, ts) {
      const entry = entries.get(key);
      return entry ? loseFile(entry, ts) : 'unknown';
    },

    async amendBefore(key, message) {
      const copied = entries.get(key)?.copied;
      if (!copied || copied.has(message.ts)) copies.put(key, message);
    },

    async load(key, run) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      startRun(entry, run);
      const seenBeforeStart = missed.get(key);
      const channelBefore = copies.of(key, entry);
      return structuredClone({
        id: idOf(key),
        turns: inOrder([...entry.turns.values()].filter((turn) => turn !== undefined)),
        authors: [...entry.authors],
        ...progressIn(entry),
        ...(seenBeforeStart && { seenBeforeStart: [...seenBeforeStart] }),
        ...(entry.stopped && { stopped: true as const }),
        ...(entry.redo && { redo: entry.redo }),
        ...(entry.again && entry.redo && { again: entry.again }),
        ...(entry.segments.all.length > 0 && { segments: entry.segments.all }),
        ...(entry.segments.unfoldedBy !== undefined && { unfoldedBy: entry.segments.unfoldedBy }),
        ...(channelBefore.length > 0 && { channelBefore: channelBefore.filter((turn) => turn.role === 'person') }),
        ...(entry.changes > 0 && { changes: entry.changes }),
      });
    },

    async outline(key, run) {
      const entry = entries.get(key);
      return entry && { id: idOf(key), ...outlineIn(entry, run) };
    },

    async addBacklog(key, turns) {
      const entry = entries.get(key);
      if (!entry) return;
      for (const turn of turns) {
        const name = `${key} ${turn.ts}`;
        const wasRemoved = early.has(name) && !early.get(name);
        const isPerson = turn.role === 'person';
        if (entry.segments.has(turn.ts)) continue;
        if (!entry.turns.has(turn.ts) && !wasRemoved) {
          entry.turns.set(turn.ts, early.get(name) ?? { ...turn });
          early.delete(name);
          if (isPerson) entry.unheard.add(turn.ts);
          if (isPerson && turn.unasked !== 'app') entry.authors.add(turn.author);
        } else if (entry.turns.get(turn.ts) && missed.get(key)?.has(turn.ts) && !edits.has(name))
          entry.turns.set(turn.ts, { ...turn });
      }
      entry.backlogRead = true;
      missed.delete(key);
    },

    async confirm(key, run) {
      throwIfStale(key, entries.get(key), run);
      return entries.get(key)?.stopped === true;
    },

    async stop(key, wish) {
      return stopReply(entries.get(key), wish);
    },

    again: async (key, wish) => writeAgain(entries.get(key), wish),

    async recordReply(key, reply, run) {
      const entry = entries.get(key);
      throwIfStale(key, entry, run);
      if (entry) entry.reply = structuredClone(reply);
    },

    async settle(key, answered, reply, run, stillAsked = []) {
      const entry = entries.get(key);
      throwIfStale(key, entry, run);
      if (!entry) return 0;
      return settleReply(entry, answered, reply, stillAsked);
    },

    async compact(key, compaction, changes) {
      const entry = entries.get(key);
      if (!entry || entry.changes !== changes) return false;
      entry.segments.add(String(changes), structuredClone(compaction));
      entry.changes += 1;
      return true;
    },
  };
  return { ...store, ...forgetting(entries, store.remove) };
}
