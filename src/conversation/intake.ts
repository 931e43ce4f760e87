/** From what was said to a turn and a wake-up. Runs before Slack gets its ack: a throw here has the event sent again. */
import { type ConversationKey, keyOf } from '../core/conversation-id.js';
import type { IncomingMessage } from '../core/incoming-message.js';
import { type Observe, unobserved } from '../core/observation.js';
import type { ConversationStore, WorkQueue } from '../core/ports.js';
import type { Edits, ThreadReplies } from '../core/settings.js';
import { withTokenCount } from '../prompt/tokens.js';
import { classify } from './intent.js';

export interface Intake {
  said(message: IncomingMessage): Promise<void>;
  /** The message as it is now. `newlyAsks`: it names the bot, and did not before. */
  edited(message: IncomingMessage, editedTs: string, newlyAsks: boolean): Promise<void>;
  deleted(key: ConversationKey, ts: string): Promise<void>;
}

export interface IntakeOptions {
  store: ConversationStore;
  queue: WorkQueue;
  threadReplies: ThreadReplies;
  edits: Edits;
  observe?: Observe;
}

export function createIntake({ store, queue, threadReplies, edits, observe = unobserved }: IntakeOptions): Intake {
  return {
    async said(message) {
      const asking = classify(message, threadReplies);
      if (asking === undefined) return;
      const key = keyOf(message.conversation);
      observe(key, { type: 'received', ts: message.ts });
      const appended = await store.append(withTokenCount(message), asking);
      // A duplicate wakes too: the process that took the first delivery may have died before its wake-up.
      if (appended === 'pending' || appended === 'duplicate') await queue.wake(key);
    },
    async edited(message, editedTs, newlyAsks) {
      const key = keyOf(message.conversation);
      const whole = withTokenCount(message);
      const { ts, author, text, tokens, addressed } = whole;
      const amended = await store.edit(key, { role: 'person', ts, author, text, tokens }, editedTs, {
        asks: addressed === 'bot',
        newlyAsks,
        regenerate: edits === 'regenerate',
      });
      if (amended === 'changed') observe(key, { type: 'edited', ts });
      // What is not known begins with the edit; the store has kept that, for whichever form of it comes first.
      if (amended === 'unknown' && newlyAsks) await store.append(whole, 'yes');
      if (amended !== 'unknown' || newlyAsks) await queue.wake(key);
    },
    async deleted(key, ts) {
      // A deletion that is repeated wakes too, as a message does.
      if ((await store.remove(key, ts)) !== 'unknown') await queue.wake(key);
    },
  };
}
