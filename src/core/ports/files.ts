/** Files that people attach. */
import type { ConversationKey } from '../conversation-id.js';
import type { Conversation } from '../conversation.js';
import type { FileContent, FileNote, FileProblem, FileReference, Sound } from '../files.js';
import type { BudgetSettings } from '../settings.js';
import type { Model } from './model.js';
import type { Usage } from './usage.js';

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
  /**
   * Reserves what costs money to read, for some seconds; the same `owner` renews it. Undefined: somebody else has it, or
   * what it says is kept by now. Otherwise how many owners in a row have had it, this one included: those before it died.
   */
  claim(team: string, id: string, owner: string): Promise<number | undefined>;
  /** Ends the owner's claim, if it still has it: it did not die. */
  release(team: string, id: string, owner: string): Promise<void>;
  /** A message no longer shows the file. For ten minutes nothing new is kept of it: somebody may be reading it. */
  forget(team: string, id: string): Promise<void>;
  /** The file is gone for good. Returns the noted places. */
  remove(team: string, id: string): Promise<FilePlace[]>;
}

/** Files, as the core and its prompts use them. */
export interface FilesOfTurns {
  /**
   * The conversation with what its files say as parts of their turns; the same one if it has no files. What no process
   * has read yet is read now. `model`: what it is for; only one that has `imageTokens` gets pictures, one that `readsPdfs` may get
   * these as they are. `notes`: of the files
   * of pending turns. `budgets`: in force for what costs money to read; without them, those of the deployment. Throws the
   * errors of a budget then.
   */
  read(
    conversation: Conversation,
    model: Pick<Model, 'imageTokens' | 'readsPdfs'>,
    signal: AbortSignal,
    budgets?: BudgetSettings,
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
  extract(bytes: Uint8Array, file: FileReference, signal: AbortSignal): Promise<FileContent | Sound>;
}

/** A service that writes down what is said in a recording. */
export interface Transcriber {
  /** Of the model. */
  readonly name: string;
  /** Of a recording. */
  readonly maxBytes: number;
  /** False: budgets have no effect on it. */
  readonly hasPrice: boolean;
  /** What so many bytes use at most, with what they cost if that is known. */
  estimate(bytes: number): Usage;
  /** In bounded time. Throws `ModelError`, and the signal's reason when it aborts. */
  transcribe(bytes: Uint8Array, format: string, signal: AbortSignal): Promise<{ text: string; usage?: Usage }>;
}
