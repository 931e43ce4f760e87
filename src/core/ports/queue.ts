/** Wake-ups: who answers a conversation, and when. */
import type { ConversationKey } from '../conversation-id.js';

/** What is asked of the worker that answers a conversation. */
export interface Wake {
  key: ConversationKey;
  /** Names this run; no other one, in any process, ever has the same. */
  run: string;
  /** How many processes have died on it, since something of it was settled. */
  crashes: number;
  /** True when it has failed often enough since then for the people in the thread to be told. */
  overdue: boolean;
  /** To be called when something is settled: deaths and failures count anew, and tries. Never rejects. */
  settled(): Promise<void>;
  /** Aborts when the process stops: throw, and another process goes on. */
  signal: AbortSignal;
}

/** How a run ends that could not do its work yet: it wants to be run again after so long. */
export interface Postponed {
  againInMs: number;
}

export type WakeHandler = (wake: Wake) => Promise<Postponed | undefined>;

/**
 * Wake-ups. At most one `handler` runs for a conversation in the whole fleet. A `wake` that returned is followed by
 * a whole run of the handler that began after it, even if one was running at the time; many wakes may share a run.
 * A handler that throws is tried again later, and at once when a wake-up comes; for about a day, then only for a wake-up.
 * One that is held back is run again when its time has come, and at once when a wake-up comes or came during the run;
 * that is no failed try, and those before it still count.
 */
export interface WorkQueue {
  wake(key: ConversationKey): Promise<void>;
  start(handler: WakeHandler): Promise<void>;
  /** Takes no new work, waits `timeoutMs` at most for what runs, then aborts it; what was aborted, or is held back, is left to others. */
  stop(timeoutMs: number): Promise<void>;
}
