/** What the bot writes into Slack in answer. */
import type { Conversation, ReplyInProgress } from '../conversation.js';
import type { PersonTurn } from '../turn.js';

/** A reply under way in Slack: what is written becomes visible in time, in one or more messages. */
export interface ReplyWriter {
  write(text: string): void;
  /** Shows what the model thinks, as far as there is a place for it. Nothing of it is kept. */
  thinking(text: string): void;
  /** Forgets what was written; the messages that show it are used again for what comes. */
  restart(): void;
  /** Resolves when all of it stands in Slack; the messages' turns, in order. Throws `ReplyError`. */
  finish(): Promise<{ ts: string; text: string }[]>;
  /** Stops writing where it is; for another process to finish. Never throws. */
  abandon(): Promise<void>;
}

export interface ReplyRequest {
  conversation: Conversation;
  /** The newest pending turn, the one that the reply is addressed to. */
  question: PersonTurn;
  /** `ts` of the newest turn the reply has read. */
  after: string;
  /** Called before and after each post; a message is posted only when the first call has resolved. Throws `StaleRunError`. */
  record(reply: ReplyInProgress): Promise<void>;
  /** Called before each change of a message: throws `StaleRunError` when another run writes this reply by now. */
  stillOwned(): Promise<void>;
  signal: AbortSignal;
}

/** Opens replies where the person spoke; takes up the messages of `conversation.reply` if one was begun. */
export interface Replies {
  /** Shows that the bot is at work; resolves at once. */
  open(request: ReplyRequest): ReplyWriter;
  /** Removes what `conversation.reply` left in Slack, when nobody waits for it any more. Safe to repeat. */
  retract(conversation: Conversation): Promise<void>;
}
