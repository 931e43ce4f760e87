/** What else the core needs of Slack and of the machine. */
import type { AssistantTurn, PersonTurn } from '../turn.js';
import type { Conversation } from '../conversation.js';

/** A few words of the bot's, as a sentence, and as what can stand behind its name while it has them wait. */
export interface Note {
  sentence: string;
  status?: string;
}

/** Words that are no part of the conversation. */
export interface Notes {
  /** Says it to this person alone, in time or not at all. Returns at once and never throws. */
  tell(conversation: Conversation, person: string, note: Note): void;
}

/** What a thread held before the bot was named, oldest first, as far as one may read. */
export interface Backlog {
  read(conversation: Conversation): Promise<(PersonTurn | AssistantTurn)[]>;
}

/** Display names. A person who cannot be looked up has none; never throws. */
export interface People {
  names(ids: Iterable<string>): Promise<Map<string, string>>;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Structured log lines: facts first, then the sentence. pino's shape. */
export interface Logger {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
