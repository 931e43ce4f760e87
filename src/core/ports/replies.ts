/** The bot's replies. */
import type { Conversation, ReplyInProgress } from '../conversation.js';
import type { ReplyStreaming } from '../settings.js';
import type { PersonTurn, PostedFile } from '../turn.js';

/** Something to press under a reply. What is pressed comes back with `action` and `value`, of thumbs behind `positive` or `negative` and a space. */
export type ReplyControl =
  | { kind: 'button'; action: string; label: string; value?: string }
  /** Thumbs up and down. */
  | { kind: 'feedback'; action: string; positive: string; negative: string; value?: string };

/** Why a place takes no reply. `refused`: for a reason that only the place's error code tells. */
export type PlaceProblem = 'not_member' | 'archived' | 'not_allowed' | 'refused';

/** A picture that is to stand below a reply. */
export interface MadePicture {
  /** A plain file name. */
  name: string;
  /** What it shows, for those who do not see it. */
  alt: string;
  /** See `PostedFile`. */
  digest: string;
  bytes: Uint8Array;
}

/** Pictures that are made for a reply before it is finished. `at`: of the picture forms in its text, see `pictureForms`. */
export interface ReplyPictures {
  /** False where files are known to be refused. */
  readonly arePossible: boolean;
  /** Whether an earlier run has made it, or an earlier version of the reply shows it. Then it stands there again. */
  reuse(at: number, digest: string): boolean;
  /** Shows that it is being made, for as long as the reply is not complete; undefined: no longer. Returns at once. */
  making(name: string | undefined): void;
  /** Keeps it for the reply: people see it once that is finished. False if the place takes no files. Throws `StaleRunError`. */
  add(at: number, picture: MadePicture): Promise<boolean>;
}

/** What stands under a reply that was stopped: under its new text, or under what it said before. */
export interface StoppedControls {
  new?: readonly ReplyControl[] | undefined;
  earlier?: readonly ReplyControl[] | undefined;
}

export interface ReplyContent {
  markdown: string;
  /** Under the last message of the reply, once it is complete. */
  controls?: readonly ReplyControl[];
}

/** A reply being written: text becomes visible as the place allows, in one or more messages. */
export interface ReplyWriter {
  /**
   * Aborts when no more of it can be shown: a person stopped the reply or deleted a message of it; or, with a `ReplyError`
   * as the reason, the place refuses it before there is any text. Undefined where that cannot happen.
   */
  readonly stopped?: AbortSignal;
  /** A person wants no more of it: what people see of it stays, with a line that says so. Returns at once. */
  stop(): void;
  /** Adds Markdown. */
  write(text: string): void;
  /** Not there: the place shows none. */
  readonly pictures?: ReplyPictures;
  /** Shows what the model is thinking about, if there is a place for it. Not stored. */
  thinking(text: string): void;
  /** Discards the text so far; the messages that show it are reused. */
  restart(): void;
  /**
   * Resolves when everything is visible, with the messages in order. Of a reply that was stopped, or whose rest the place
   * refuses for good, with what they show; the people who asked have been told. One that is written again, and was stopped
   * before its first word, says what it said before. Throws `ReplyError`.
   */
  finish(controls?: readonly ReplyControl[], whenStopped?: StoppedControls): Promise<{ ts: string; text: string }[]>;
  /** Stops writing; another process will finish the reply. Never throws. */
  abandon(): Promise<void>;
}

export interface ReplyRequest {
  conversation: Conversation;
  /** The newest pending turn: the reply is addressed to its author. */
  question: PersonTurn;
  /** `ts` of the newest turn that the reply takes into account. */
  after: string;
  /** As it is set at this place. */
  streaming?: ReplyStreaming;
  /** Called before and after each post; nothing is posted before the first call has resolved. Throws `StaleRunError`. */
  record(reply: ReplyInProgress): Promise<void>;
  /** Called when the messages show this reply's own words, no longer those of a run that has died. Throws `StaleRunError`. */
  rewritten(): Promise<void>;
  /** Replaces the files of the reply. Called before people can see one, and when it is gone. Throws `StaleRunError`. */
  recordFiles(files: readonly PostedFile[]): Promise<void>;
  /** Whether the conversation has this message or file of the bot's (`ts` or id). Undefined while another run may still look for such messages. */
  isKept(id: string): Promise<boolean | undefined>;
  /** Called before each change of a message. Throws `StaleRunError` if another run writes this reply now. */
  stillOwned(): Promise<void>;
  signal: AbortSignal;
}

/** Opens replies where the question was asked. Continues the messages of `conversation.reply` if there is one. */
export interface Replies {
  /** Shows that the bot is working. Returns at once. */
  open(request: ReplyRequest): ReplyWriter;
  /**
   * Milliseconds until replies may be tried again in a workspace that refuses all of them; 0 where they may be opened. Then
   * the questions wait. Undefined where that cannot happen.
   */
  pausedMs?(conversation: Conversation): Promise<number>;
  /** Deletes what `conversation.reply` has posted, when its question is gone. May be repeated. */
  retract(conversation: Conversation): Promise<void>;
}
