import type { Conversation } from '../conversation.js';
import type { AssistantTurn, PersonTurn } from '../turn.js';

/**
 * The messages of a thread from before the bot was named, oldest first, as far as the bot may read them. Of a very long
 * thread some are missing, but not the newest. May take a minute, once; rejects when the signal aborts.
 */
export interface Backlog {
  read(conversation: Conversation, signal?: AbortSignal): Promise<(PersonTurn | AssistantTurn)[]>;
}
