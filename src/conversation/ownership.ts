/** Whether a run may still write its reply: not if another run has started since, nor if the question was changed. */
import { StaleRunError } from '../core/errors.js';
import type { Clock, ConversationStore, Wake } from '../core/ports.js';
import type { StopLook } from './stop.js';

/** A confirmation is valid for this long: less than the 2.5 s that another process needs to take the conversation over. */
const VALID_MS = 2_000;
/** How soon a reply stops after its question was edited or deleted; or after a stop, if its signal is lost. */
const WATCH_INTERVAL_MS = 1_500;

export interface Ownership {
  /** Asks the store, unless that was just now. Throws like `ConversationStore.confirm`. */
  ensure(): Promise<void>;
  /**
   * Polls until `lost` is aborted, and aborts it with the error when the run loses the reply. `look`: when to ask at once.
   * `onStop` is called when a person has stopped the reply, perhaps several times. Never rejects.
   */
  watch(lost: AbortController, look: StopLook, onStop: () => void): Promise<void>;
}

export function ownership(store: ConversationStore, { key, run }: Pick<Wake, 'key' | 'run'>, clock: Clock): Ownership {
  let confirmedAt = clock.now();
  let refusal: StaleRunError | undefined;

  async function confirm(): Promise<boolean> {
    // When it was asked, for the answer may take long.
    const askedAt = clock.now();
    const isStopped = await store.confirm(key, run);
    confirmedAt = askedAt;
    return isStopped;
  }

  return {
    async ensure() {
      if (refusal) throw refusal;
      if (clock.now() - confirmedAt >= VALID_MS) await confirm();
    },
    async watch(lost, look, onStop) {
      lost.signal.addEventListener('abort', () => look.now(), { once: true });
      for (;;) {
        await look.next((signal) => clock.sleep(WATCH_INTERVAL_MS, signal));
        if (lost.signal.aborted) return;
        try {
          if (await confirm()) onStop();
        } catch (error) {
          // The store may be unreachable: `ensure` asks again before anything is written.
          if (!(error instanceof StaleRunError)) continue;
          refusal = error;
          lost.abort(error);
        }
      }
    },
  };
}
