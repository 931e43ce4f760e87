import type { Conversation } from '../conversation.js';
import type { AssistantTurn, PersonTurn } from '../turn.js';

/** The messages of a thread from before the bot was named, oldest first, as far as the bot may read them. */
export interface Backlog {
  read(conversation: Conversation): Promise<(PersonTurn | AssistantTurn)[]>;
}
