/** Messages that only one person sees. */
import type { Conversation } from '../conversation.js';

export interface EphemeralNote {
  sentence: string;
  /** The same as a status behind the bot's name, for places that have one: "keeps all your messages …". */
  status?: string;
}

export interface Ephemeral {
  /** Best effort: returns at once and never throws. */
  send(conversation: Conversation, person: string, note: EphemeralNote): void;
}
