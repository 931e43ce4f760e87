/** What there is to do, for all processes together. */
import type { ConversationKey } from '../conversation-id.js';

/** One run over a conversation. */
export interface Wake {
  key: ConversationKey;
  /** Unique over all runs of all processes. */
  run: string;
  /** Processes that crashed during runs since something was last settled, for whatever reason. */
  crashes: number;
  /** True when this conversation is what crashes them: the people in the thread are told, and it is not tried again. */
  isGuilty: boolean;
  /** True when so many runs have failed since then that the people in the thread should be told. */
  overdue: boolean;
  /** Call it when something is settled: resets crashes, guilt, failures and attempts. Never rejects. */
  settled(): Promise<void>;
  /** Aborts when the process stops: throw, and another process continues. */
  signal: AbortSignal;
}

/** Returned by a run that cannot do its work yet and wants to run again. */
export interface Postponed {
  retryInMs: number;
}

export type WakeHandler = (wake: Wake) => Promise<Postponed | undefined>;

/**
 * Wake-ups of conversations.
 *
 * At most one `WakeHandler` runs for a conversation in the whole fleet. After `wake` resolves, a whole run follows that
 * began later, even if one was running at the time; several wake-ups may share a run. A run that throws is repeated
 * later, and at once on a wake-up; after about a day only on a wake-up. A postponed run is repeated when its time has
 * come, and at once on a wake-up, including one during the run; it counts as no failure, and earlier failures still count.
 */
export interface WorkQueue {
  wake(key: ConversationKey): Promise<void>;
  start(onWake: WakeHandler): Promise<void>;
  /** Takes no new work, waits up to `timeoutMs` for running work, then aborts it. Aborted and postponed work is left to other processes. */
  stop(timeoutMs: number): Promise<void>;
}
