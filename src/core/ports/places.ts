import type { ConversationId } from '../conversation-id.js';
import type { MentionedPlace } from '../mentions.js';

/** Names of channels and user groups. Never throws and never waits long: what cannot be looked up in time has none. */
export interface Places {
  /**
   * By id, without `#` and `@`. A private channel has a name only in its own conversations: elsewhere somebody may read
   * along who must not know it.
   */
  names(conversation: ConversationId, places: Iterable<MentionedPlace>): Promise<Map<string, string>>;
}
