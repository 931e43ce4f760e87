/** Files that people attach. */
import type { ConversationKey } from '../conversation-id.js';
import type { Conversation } from '../conversation.js';
import type { FileContent, FileNote, FileProblem, FileReference } from '../files.js';
import type { Model } from './model.js';

/** A turn that shows a file. */
export interface FilePlace {
  key: ConversationKey;
  ts: string;
}

/**
 * What was read of files, for all processes, by the workspace's id and the file's. It expires with the conversations that
 * show the file. Every method is atomic and one round trip, and may be repeated.
 */
export interface FileStore {
  /** Notes the place, and renews the expiry. Undefined: not read yet. A removed file is the problem `deleted`. */
  read(team: string, id: string, place: FilePlace): Promise<FileContent | undefined>;
  /** Does nothing if the file was forgotten or removed since it was read. */
  save(team: string, id: string, content: FileContent): Promise<void>;
  /** A message no longer shows the file. For ten minutes nothing new is kept of it: somebody may be reading it. */
  forget(team: string, id: string): Promise<void>;
  /** The file is gone for good. Returns the noted places. */
  remove(team: string, id: string): Promise<FilePlace[]>;
}

/** Files, as the core and its prompts use them. */
export interface FilesOfTurns {
  /**
   * The conversation with what its files say as parts of their turns; the same one if it has no files. What no process
   * has read yet is read now. `model`: what it is for; only one that has `imageTokens` gets pictures. `notes`: of the files
   * of pending turns.
   */
  read(
    conversation: Conversation,
    model: Pick<Model, 'imageTokens'>,
    signal: AbortSignal,
  ): Promise<{ conversation: Conversation; notes: FileNote[] }>;
}

/** The platform's files. */
export interface FileSource {
  /** Never throws but the signal's reason. */
  download(team: string, file: FileReference, signal: AbortSignal): Promise<Uint8Array | FileProblem>;
}

/** Reads files. */
export interface FileReader {
  /** What the bytes say, in bounded time and memory, whatever they are. Never throws but the signal's reason. */
  extract(bytes: Uint8Array, file: FileReference, signal: AbortSignal): Promise<FileContent>;
}
