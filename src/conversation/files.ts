import { LRUCache } from 'lru-cache';
import type { ContentPart } from '../core/content.js';
import { keyOf } from '../core/conversation-id.js';
import type { Conversation } from '../core/conversation.js';
/** Puts what files say into the turns that show them, and lets it go when a file is deleted. */
import { type FileContent, type FileReference, PASSING_PROBLEMS, type Sound } from '../core/files.js';
import type {
  Clock,
  ConversationStore,
  FilePlace,
  FileReader,
  FilesOfTurns,
  FileSource,
  FileStore,
  Logger,
  WorkQueue,
} from '../core/ports.js';
import type { BudgetSettings } from '../core/settings.js';
import type { PersonTurn, Turn } from '../core/turn.js';
import { boundedContent } from '../prompt/file-text.js';
import type { MeteredTranscriber } from '../usage/transcripts.js';
import { MAX_PDF_BYTES, partsOfFiles, type Seeing } from './file-parts.js';
import { listener } from './transcripts.js';

/** Of a conversation's files, the newest. The others are only named. */
const MAX_FILES = 50;
const TRANSCRIPT = 'transcript that Slack made of what is said in it';
const CUT_TRANSCRIPT = 'transcript that Slack made of the beginning of what is said in it';
const SOUND_TYPES = /^(?:audio|video)\//;
/** In base64: of one, in the store; of all, in this process. */
const MAX_KEPT_PICTURE_BYTES = 64_000;
const MAX_PICTURES_BYTES = 32_000_000;

export interface FilesOptions {
  files: FileStore;
  source: FileSource;
  reader: FileReader;
  store: Pick<ConversationStore, 'fileDeleted'>;
  queue: Pick<WorkQueue, 'wake'>;
  /** False: files are only named. */
  isRead: boolean;
  maxTokens: number;
  /** Models that read PDFs themselves get them as they are. */
  pdfAsFile?: boolean;
  /** Not set: nothing listens to recordings. */
  transcriber?: MeteredTranscriber;
  clock: Clock;
  logger: Logger;
}

/** Where a file is shown, and what may be spent on it. */
interface Shown {
  place: FilePlace;
  conversation: Conversation;
  /** Who attached it. */
  person: string;
  budgets: BudgetSettings | undefined;
}

export interface ConversationFiles extends FilesOfTurns {
  /** Messages no longer show these files. */
  forget(team: string, ids: readonly string[]): Promise<void>;
  /** The file is gone for good. */
  deleted(team: string, id: string): Promise<void>;
}

export function conversationFiles(options: FilesOptions): ConversationFiles {
  const { files, source, reader, store, queue, isRead, maxTokens, pdfAsFile, transcriber, clock, logger } = options;
  const listen = listener({ files, transcriber, clock, logger });

  /** With pictures that are too large to be kept for all processes, by workspace and file. */
  const pictures = new LRUCache<string, FileContent>({
    maxSize: MAX_PICTURES_BYTES,
    sizeCalculation: (content) => bytesOfPictures(content) + 1,
  });

  /** `readAnew`: once for each file, however many turns show it. */
  async function contentOf(
    place: FilePlace,
    team: string,
    file: FileReference,
    { imageTokens, readsPdfs }: Seeing,
    readAnew: () => Promise<FileContent>,
  ): Promise<FileContent> {
    // Not even downloaded: nothing could be done with it.
    if (!imageTokens && file.mimetype?.startsWith('image/')) return { kind: 'problem', problem: 'no_vision' };
    const kept = await files.read(team, file.id, place);
    if (!kept) return heardBySlack(file) ?? readAnew();
    const lacks = (imageTokens && lacksPictures(kept)) || (readsPdfs && pdfAsFile && lacksPdf(kept));
    if (!lacks) return kept;
    return pictures.get(`${team} ${file.id}`) ?? readAnew();
  }

  /** What need not be listened to, or cannot. Undefined: it has to be read. */
  function heardBySlack({ transcript: text, transcriptIsCut, mimetype = '' }: FileReference): FileContent | undefined {
    if (text !== undefined && !(transcriptIsCut && transcriber))
      return { kind: 'text', text, about: transcriptIsCut ? CUT_TRANSCRIPT : TRANSCRIPT };
    return SOUND_TYPES.test(mimetype) && !transcriber ? { kind: 'problem', problem: 'no_transcription' } : undefined;
  }

  async function readNow(
    { place, conversation, person, budgets }: Shown,
    file: FileReference,
    signal: AbortSignal,
  ): Promise<FileContent> {
    const { team } = conversation.id;
    const got = await source.download(team, file, signal);
    const whole: FileContent | Sound =
      typeof got === 'string' ? { kind: 'problem', problem: got } : await reader.extract(got, file, signal);
    const keep = (content: FileContent): Promise<FileContent> => keptContent(team, file.id, content);
    const content =
      whole.kind === 'sound' && typeof got !== 'string'
        ? await listen(place, { bytes: got, sound: whole, file: file.id, conversation, person, budgets, signal }, keep)
        : await keep(withPdf(whole as FileContent, got));
    const { kind } = content;
    const facts = kind === 'problem' ? { problem: content.problem } : { kind };
    logger.info({ conversation: place.key, file: file.id, bytes: got.length, ...facts }, 'read a file');
    if (kind !== 'problem' || file.transcript === undefined) return content;
    return { kind: 'text', text: file.transcript, about: CUT_TRANSCRIPT };
  }

  /** As it is, where some model may get that. */
  function withPdf(content: FileContent, bytes: Uint8Array | string): FileContent {
    if (!pdfAsFile || content.kind !== 'text' || !content.pdf || typeof bytes === 'string') return content;
    if (bytes.length > MAX_PDF_BYTES) return content;
    return { ...content, pdf: { ...content.pdf, data: Buffer.from(bytes).toString('base64') } };
  }

  async function keptContent(team: string, id: string, whole: FileContent): Promise<FileContent> {
    const content = boundedContent(whole, maxTokens);
    const isPassing = content.kind === 'problem' && PASSING_PROBLEMS.has(content.problem);
    if (!isPassing) await files.save(team, id, toKeep(content));
    if (content.kind !== 'problem' && toKeep(content) !== content) pictures.set(`${team} ${id}`, content);
    return content;
  }

  return {
    async read(conversation, model, signal, budgets) {
      const shown = isRead ? newestFiles(conversation.turns) : [];
      if (shown.length === 0) return { conversation, notes: [] };
      const key = keyOf(conversation.id);
      const { team } = conversation.id;
      const reading = new Map<string, Promise<FileContent>>();
      const read = await Promise.all(
        shown.map(async ({ turn, file }) => {
          const place = { key, ts: turn.ts };
          const content = await contentOf(place, team, file, model, () => {
            const running =
              reading.get(file.id) ?? readNow({ place, conversation, person: turn.author, budgets }, file, signal);
            reading.set(file.id, running);
            return running;
          });
          return { turn, file, content };
        }),
      );
      const made = partsOfFiles(read, model, maxTokens);
      const pending = new Set(conversation.pending);
      const notes = made.flatMap(({ note }, at) => (note && pending.has(read[at]?.turn.ts ?? '') ? note : []));
      const turns = conversation.turns.map((turn): Turn => {
        const own = made.flatMap(({ parts }, at) => (read[at]?.turn === turn ? parts : []));
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

function withParts(turn: PersonTurn, contents: readonly ContentPart[]): PersonTurn {
  return { ...turn, parts: [...(turn.parts ?? [{ type: 'text' as const, text: turn.text }]), ...contents] };
}

/** In base64, with a whole PDF. */
function bytesOfPictures(content: FileContent): number {
  if (content.kind === 'image') return content.data?.length ?? 0;
  const { pictures = [], pdf } = content.kind === 'text' ? content : {};
  return pictures.reduce((sum, { data = '' }) => sum + data.length, pdf?.data?.length ?? 0);
}

function lacksPictures(content: FileContent): boolean {
  if (content.kind === 'image') return content.data === undefined;
  return content.kind === 'text' && content.pictures?.some(({ data }) => data === undefined) === true;
}

function lacksPdf(content: FileContent): boolean {
  if (content.kind !== 'text' || !content.pdf) return false;
  return content.pdf.data === undefined && content.pdf.bytes <= MAX_PDF_BYTES;
}

/** Without large pictures, and without the whole of a PDF: their file is downloaded again. */
function toKeep(content: FileContent): FileContent {
  if (content.kind === 'text' && (content.pictures || content.pdf?.data !== undefined)) {
    const { pdf, pictures = [], ...text } = content;
    const isSmall = pictures.every(({ data = '' }) => data.length <= MAX_KEPT_PICTURE_BYTES / pictures.length);
    if (isSmall && pdf?.data === undefined) return content;
    const sizes = pictures.map(({ page, width, height }) => ({ page, width, height }));
    return {
      ...text,
      ...(pictures.length > 0 && { pictures: isSmall ? pictures : sizes }),
      ...(pdf && { pdf: { pages: pdf.pages, bytes: pdf.bytes } }),
    };
  }
  if (content.kind !== 'image' || bytesOfPictures(content) <= MAX_KEPT_PICTURE_BYTES) return content;
  const { kind, width, height } = content;
  return { kind, width, height };
}
