/** Stops the reply that is being written in a conversation, on whichever process writes it. */
import type { ConversationKey } from '../core/conversation-id.js';
import type { ConversationStore, StopSignals, StopWish, WorkQueue } from '../core/ports.js';

/**
 * When it resolves, the stop is stored: the reply ends, and what waits behind it is answered next, whatever dies. False if
 * no reply is being written, or not the one that is meant.
 */
export type StopReply = (key: ConversationKey, wish: StopWish) => Promise<boolean>;

export interface StopOptions {
  store: Pick<ConversationStore, 'stop'>;
  queue: Pick<WorkQueue, 'wake'>;
  signals: Pick<StopSignals, 'send'>;
}

export function replyStopper({ store, queue, signals }: StopOptions): StopReply {
  return async (key, wish) => {
    const isStopped = await store.stop(key, wish);
    if (!isStopped) return false;
    signals.send(key);
    // No run may be there: the reply waits for another attempt, or its process has died.
    await queue.wake(key);
    return true;
  };
}

/** The runs of this process: those of a conversation look at the store when one of its replies is stopped. */
export class StopWatch {
  private readonly runs = new Map<ConversationKey, Set<StopLook>>();

  /** From the first load on, so that no stop comes too early. */
  begin(key: ConversationKey): StopLook {
    const looks = this.runs.get(key) ?? new Set();
    this.runs.set(key, looks);
    const look = new StopLook(() => {
      looks.delete(look);
      if (looks.size === 0) this.runs.delete(key);
    });
    looks.add(look);
    return look;
  }

  readonly signal = (key: ConversationKey): void => {
    for (const look of this.runs.get(key) ?? []) look.now();
  };
}

export class StopLook {
  private wait = new AbortController();

  constructor(readonly end: () => void) {}

  /** Ends the wait of `next`, or the next one. */
  now(): void {
    this.wait.abort('look now');
  }

  /** Resolves after `pause`, or earlier when it is time to look. Takes a signal that ends the pause. */
  async next(pause: (signal: AbortSignal) => Promise<void>): Promise<void> {
    await pause(this.wait.signal).catch(() => {});
    if (this.wait.signal.aborted) this.wait = new AbortController();
  }
}
