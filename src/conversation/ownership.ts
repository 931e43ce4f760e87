/** Whether a run may still write the reply that it has begun: not when another one has begun since, nor when the question was changed. */
import { StaleRunError } from '../core/errors.js';
import type { Clock, ConversationStore, Wake } from '../core/ports.js';

/** Of owning a conversation one is sure for so long: less than it takes another process to take it over. */
const SURE_MS = 3_000;
/** How soon a reply stops whose question was edited or deleted. */
const WATCH_MS = 1_500;

export interface Ownership {
  /** Asks the store, unless that was just now. Throws as `ConversationStore.confirm` does. */
  sure(): Promise<void>;
  /** Asks again and again until `lost` is aborted, and aborts it with the error when the reply is the run's no more. Never rejects. */
  watch(lost: AbortController): Promise<void>;
}

export function ownership(store: ConversationStore, { key, run }: Pick<Wake, 'key' | 'run'>, clock: Clock): Ownership {
  let sureAt = clock.now();
  let refusal: StaleRunError | undefined;

  async function ask(): Promise<void> {
    await store.confirm(key, run);
    sureAt = clock.now();
  }

  return {
    async sure() {
      if (refusal) throw refusal;
      if (clock.now() - sureAt >= SURE_MS) await ask();
    },
    async watch(lost) {
      while (!lost.signal.aborted) {
        try {
          await clock.sleep(WATCH_MS, lost.signal);
          await ask();
        } catch (error) {
          // The store may be away. Before anything is written to Slack it is asked for sure.
          if (!(error instanceof StaleRunError)) continue;
          refusal = error;
          lost.abort(error);
        }
      }
    },
  };
}
