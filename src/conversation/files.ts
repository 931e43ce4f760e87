import { keyOf } from '../core/conversation-id.js';
/** Puts what files say into the turns that show them, and lets it go when a file is deleted. */
import { type FileContent, type FileNote, type FileReference, PASSING_PROBLEMS } from '../core/files.js';
import type {
  ConversationStore,
  FilePlace,
  FileReader,
  FilesOfTurns,
  FileSource,
  FileStore,
  Logger,
  WorkQueue,
} from '../core/ports.js';
import type { PersonTurn, Turn } from '../core/turn.js';
import { boundedContent, fileText } from '../prompt/file-text.js';

/** Of a conversation's files, the newest. The others are only named. */
const MAX_FILES = 50;

export interface FilesOptions {
  files: FileStore;
  source: FileSource;
  reader: FileReader;
  store: Pick<ConversationStore, 'fileDeleted'>;
  queue: Pick<WorkQueue, 'wake'>;
  /** False: files are only named. */
  isRead: boolean;
  maxTokens: number;
  logger: Logger;
}

export interface ConversationFiles extends FilesOfTurns {
  /** Messages no longer show these files. */
  forget(team: string, ids: readonly string[]): Promise<void>;
  /** The file is gone for good. */
  deleted(team: string, id: string): Promise<void>;
}

export function conversationFiles(options: FilesOptions): ConversationFiles {
  const { files, source, reader, store, queue, isRead, maxTokens, logger } = options;

  async function contentOf(
    place: FilePlace,
    team: string,
    file: FileReference,
    signal: AbortSignal,
  ): Promise<FileContent> {
    const kept = await files.read(team, file.id, place);
    if (kept) return kept;
    const got = await source.download(team, file, signal);
    const whole: FileContent =
      typeof got === 'string' ? { kind: 'problem', problem: got } : await reader.extract(got, file, signal);
    const content = boundedContent(whole, maxTokens);
    const isPassing = content.kind === 'problem' && PASSING_PROBLEMS.has(content.problem);
    if (!isPassing) await files.save(team, file.id, content);
    const facts = content.kind === 'text' ? { characters: content.text.length } : { problem: content.problem };
    logger.info({ conversation: place.key, file: file.id, bytes: got.length, ...facts }, 'read a file');
    return content;
  }

  return {
    async read(conversation, signal) {
      const shown = isRead ? newestFiles(conversation.turns) : [];
      if (shown.length === 0) return { conversation, notes: [] };
      const key = keyOf(conversation.id);
      const { team } = conversation.id;
      const read = await Promise.all(
        shown.map(async ({ turn, file }) => {
          const content = await contentOf({ key, ts: turn.ts }, team, file, signal);
          return { turn, file, content };
        }),
      );
      const pending = new Set(conversation.pending);
      const notes = read.flatMap(({ turn, file, content }) => (pending.has(turn.ts) ? noteOf(file, content) : []));
      const turns = conversation.turns.map((turn): Turn => {
        const own = read.filter((one) => one.turn === turn);
        return turn.role === 'person' && own.length > 0 ? withParts(turn, own) : turn;
      });
      return { conversation: { ...conversation, turns }, notes };
    },

    async forget(team, ids) {
      await Promise.all(ids.map((id) => files.forget(team, id)));
    },

    async deleted(team, id) {
      const places = await files.remove(team, id);
      await Promise.all(
        places.map(async ({ key, ts }) => {
          const amended = await store.fileDeleted(key, ts);
          if (amended !== 'unknown') await queue.wake(key);
        }),
      );
    },
  };
}

function newestFiles(turns: readonly Turn[]): { turn: PersonTurn; file: FileReference }[] {
  const all = turns.flatMap((turn) =>
    turn.role === 'person' && turn.files ? turn.files.map((file) => ({ turn, file })) : [],
  );
  return all.slice(-MAX_FILES);
}

function withParts(turn: PersonTurn, read: readonly { file: FileReference; content: FileContent }[]): PersonTurn {
  const words = turn.parts ?? [{ type: 'text' as const, text: turn.text }];
  const contents = read.map(({ file, content }) => ({ type: 'text' as const, text: fileText(file.name, content) }));
  return { ...turn, parts: [...words, ...contents] };
}

function noteOf({ name }: FileReference, content: FileContent): FileNote[] {
  if (content.kind === 'problem') return [{ name, problem: content.problem }];
  return content.cut ? [{ name }] : [];
}
