/** From what was said to a turn and a wake-up. Runs before Slack gets its ack: a throw here has the event sent again. */
import type { ThreadReplies } from '../config.js';
import { type Observe, unobserved } from './observation.js';
import { askingOf } from './policy.js';
import type { ConversationStore, WorkQueue } from './ports.js';
import { counted } from './tokens.js';
import { type ConversationKey, type IncomingMessage, keyOf, type PersonTurn } from './types.js';

export interface Intake {
  said(message: IncomingMessage): Promise<void>;
  edited(key: ConversationKey, turn: PersonTurn, editedTs: string, addressed: IncomingMessage['addressed']): Promise<void>;
  deleted(key: ConversationKey, ts: string): Promise<void>;
}

export function createIntake(store: ConversationStore, queue: WorkQueue, threadReplies: ThreadReplies, observe: Observe = unobserved): Intake {
  return {
    async said(message) {
      const asking = askingOf(message, threadReplies);
      if (asking === undefined) return;
      const key = keyOf(message.conversation);
      observe(key, { type: 'received', ts: message.ts });
      const appended = await store.append(counted(message), asking);
      // A duplicate wakes too: the process that took the first delivery may have died before its wake-up.
      if (appended === 'pending' || appended === 'duplicate') await queue.wake(key);
    },
    async edited(key, turn, editedTs, addressed) {
      if (await store.edit(key, counted(turn), editedTs, addressed === 'bot')) observe(key, { type: 'edited', ts: turn.ts });
    },
    async deleted(key, ts) {
      await store.remove(key, ts);
    },
  };
}
