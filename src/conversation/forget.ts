import type { ConversationKey } from '../core/conversation-id.js';
import { idOf } from '../core/conversation-id.js';
import type { ConversationStore } from '../core/ports.js';
import type { ConversationFiles } from './files.js';

/**
 * The store, with what was read of a conversation's files forgotten along with what was said. Files go first, so that a
 * repetition finds what is left. Of a file that others show, what is needed is read again.
 */
export function forgettingFiles(store: ConversationStore, files: Pick<ConversationFiles, 'forget'>): ConversationStore {
  async function forgetFiles(key: ConversationKey): Promise<void> {
    await files.forget(idOf(key).team, await store.filesOf(key));
  }

  return {
    ...store,
    async forget(key) {
      await forgetFiles(key);
      return store.forget(key);
    },
    async forgetAuthor(key, author) {
      await forgetFiles(key);
      return store.forgetAuthor(key, author);
    },
  };
}
