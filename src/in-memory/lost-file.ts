import type { Amended } from '../core/ports.js';
import { type Entry, markRunAmended } from './entry.js';

/** A file of the turn was deleted: see `ConversationStore.fileDeleted`. */
export function loseFile(entry: Entry, ts: string): Amended {
  const { turns, segments, pending } = entry;
  const known = turns.has(ts) || segments.has(ts);
  if (known && !(turns.get(ts) ?? segments.get(ts))) return 'unchanged';
  const wasCovered = segments.unfold(ts);
  if (!known && !wasCovered) return 'unknown';
  entry.changes += 1;
  if (pending.has(ts)) markRunAmended(entry, ts);
  return 'changed';
}
