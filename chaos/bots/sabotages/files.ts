/** Sabotaged file stores. */
import type { FileStore } from '../../../src/core/ports.js';

/** Nobody goes on with a recording once a process has died over it. */
export function keepClaims(files: FileStore): FileStore {
  return {
    ...files,
    async claim(...claim) {
      const owners = await files.claim(...claim);
      return owners === 1 ? owners : undefined;
    },
  };
}

/** Has what was said for the first prompt only. */
export function forgetTranscripts(files: FileStore): FileStore {
  return {
    ...files,
    save: (team, id, content) =>
      files.save(
        team,
        id,
        content.kind === 'text' && content.about?.startsWith('transcript')
          ? { kind: 'problem', problem: 'empty' }
          : content,
      ),
  };
}
