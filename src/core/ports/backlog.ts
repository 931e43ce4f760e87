import type { Conversation } from '../conversation.js';
import type { AssistantTurn, PersonTurn } from '../turn.js';

/** What a thread held before the bot was named, oldest first, as far as one may read. */
export interface Backlog {
  read(conversation: Conversation): Promise<(PersonTurn | AssistantTurn)[]>;
}
