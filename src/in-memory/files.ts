/** What was read of files, in memory. Same contract as in Redis; nothing expires. */
import { DELIVERY_WINDOW_S } from '../core/delivery-window.js';
import { CLAIM_MS, type FileContent } from '../core/files.js';
import type { Clock, FilePlace, FileStore } from '../core/ports.js';

interface Entry {
  content?: FileContent;
  /** Nothing new is kept before that, milliseconds since 1970. */
  forgottenUntil: number;
  places: Map<string, FilePlace>;
  /** `ends`: milliseconds since 1970. */
  claim?: { owner: string; ends: number; owners: number };
}

export function memoryFiles(clock: Pick<Clock, 'now'>): FileStore {
  const entries = new Map<string, Entry>();

  function entryOf(team: string, id: string): Entry {
    const name = `${team} ${id}`;
    const entry = entries.get(name) ?? { forgottenUntil: 0, places: new Map() };
    entries.set(name, entry);
    return entry;
  }

  return {
    async read(team, id, place) {
      const entry = entryOf(team, id);
      entry.places.set(`${place.key} ${place.ts}`, { ...place });
      return structuredClone(entry.content);
    },
    async save(team, id, content) {
      const entry = entryOf(team, id);
      if (clock.now() >= entry.forgottenUntil) entry.content ??= structuredClone(content);
    },
    async claim(team, id, owner) {
      const entry = entryOf(team, id);
      const { claim } = entry;
      const now = clock.now();
      if (entry.content || (claim && claim.owner !== owner && claim.ends > now)) return undefined;
      const owners = (claim?.owners ?? 0) + (claim?.owner === owner ? 0 : 1);
      entry.claim = { owner, ends: now + CLAIM_MS, owners };
      return owners;
    },
    async release(team, id, owner) {
      const entry = entryOf(team, id);
      if (entry.claim?.owner === owner) delete entry.claim;
    },
    async forget(team, id) {
      const entry = entryOf(team, id);
      if (isRemoved(entry)) return;
      delete entry.content;
      entry.forgottenUntil = clock.now() + DELIVERY_WINDOW_S * 1_000;
    },
    async remove(team, id) {
      const entry = entryOf(team, id);
      entry.content = { kind: 'problem', problem: 'deleted' };
      return [...entry.places.values()];
    },
  };
}

function isRemoved({ content }: Entry): boolean {
  return content?.kind === 'problem' && content.problem === 'deleted';
}
