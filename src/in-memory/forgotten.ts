/** The part of the in-memory store that forgets. */
import type { ConversationKey } from '../core/conversation-id.js';
import type { ConversationStore } from '../core/ports.js';
import { filesIn, type Turn } from '../core/turn.js';
import { type Entry, newEntry } from './entry.js';

export type Forgetting = Pick<ConversationStore, 'forget' | 'forgetAuthor' | 'filesOf'>;

/** All that was said and not removed, as far as it is known. */
function said({ turns, segments }: Entry): Turn[] {
  return [...segments.covered, ...turns].flatMap(([, turn]) => turn ?? []);
}

/** The conversation as if each of its turns had been removed. */
function forgotten({ turns, segments, reply, run, authors, newest, changes }: Entry): Entry {
  const blank = newEntry(true);
  for (const [ts] of [...segments.covered, ...turns]) blank.turns.set(ts, undefined);
  return { ...blank, reply, run, amended: true, authors, newest, copied: new Set(), changes: changes + 1 };
}

/** `remove`: of one turn. */
export function forgetting(
  entries: Map<ConversationKey, Entry>,
  remove: (...turn: Parameters<ConversationStore['remove']>) => Promise<unknown>,
): Forgetting {
  async function forget(key: ConversationKey): Promise<number> {
    const entry = entries.get(key);
    if (entry) entries.set(key, forgotten(entry));
    return entry ? said(entry).length : 0;
  }

  return {
    forget,
    async forgetAuthor(key, author) {
      const entry = entries.get(key);
      if (!entry) return 0;
      if (entry.segments.hasSealed) return forget(key);
      const theirs = said(entry).filter((turn) => turn.role === 'person' && turn.author === author);
      for (const { ts } of theirs) await remove(key, ts, author);
      return theirs.length;
    },
    async filesOf(key) {
      const entry = entries.get(key);
      return entry ? filesIn(said(entry)) : [];
    },
  };
}
