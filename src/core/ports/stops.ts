/** Tells all processes at once that a reply was stopped. What counts is the store: a signal may be lost. */
import type { ConversationKey } from '../conversation-id.js';

export interface StopSignals {
  /** `onStop` is called for each stop, of every process; again for one that is sent again. */
  start(onStop: (key: ConversationKey) => void): void;
  /** Returns at once and never throws. */
  send(key: ConversationKey): void;
}
