/** What only one person sees. */
import type { Conversation } from '../conversation.js';

/** A few words of the bot's, as a sentence, and as what can stand behind its name while it has them wait. */
export interface EphemeralNote {
  sentence: string;
  status?: string;
}

/** Words that are no part of the conversation. */
export interface Ephemeral {
  /** Says it to this person alone, in time or not at all. Returns at once and never throws. */
  send(conversation: Conversation, person: string, note: EphemeralNote): void;
}
