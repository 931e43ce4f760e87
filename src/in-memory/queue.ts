/** Wake-ups within one process, for the playground and for tests. Same contract as BullMQ's queue, but forgets when it stops. */
import { randomUUID } from 'node:crypto';
import type { Clock, Postponed, Logger, WakeHandler, WorkQueue } from '../core/ports.js';
import { Runs, untilDone } from '../core/shutdown.js';
import { MAX_ATTEMPTS, retryDelayMs, ATTEMPTS_BEFORE_APOLOGY } from '../core/retry-policy.js';
import type { ConversationKey } from '../core/conversation-id.js';

export function memoryQueue(clock: Clock, logger: Logger): WorkQueue {
  /** Conversations that are being worked on; true where a wake-up came meanwhile. */
  const running = new Map<ConversationKey, boolean>();
  const unfinished = new Set<Promise<void>>();
  const runs = new Runs();
  const waiting: ConversationKey[] = [];
  /** Waits before the next try, by conversation. */
  const naps = new Map<ConversationKey, AbortController>();
  const closing = new AbortController();
  let handler: WakeHandler | undefined;

  function begin(key: ConversationKey): void {
    if (closing.signal.aborted) return;
    if (!handler) {
      waiting.push(key);
      return;
    }
    if (running.has(key)) {
      running.set(key, true);
      naps.get(key)?.abort();
      return;
    }
    const done = run(key, handler).finally(() => unfinished.delete(done));
    unfinished.add(done);
  }

  async function run(key: ConversationKey, handle: WakeHandler): Promise<void> {
    do {
      await tryUntilDone(key, handle);
    } while (running.get(key) === true && !closing.signal.aborted);
    running.delete(key);
  }

  async function tryUntilDone(key: ConversationKey, handle: WakeHandler): Promise<void> {
    let tries = 1;
    const settled = async (): Promise<void> => {
      tries = 1;
    };
    for (; tries <= MAX_ATTEMPTS; tries += 1) {
      try {
        return await untilNotHeldBack(key, (signal) =>
          handle({ key, run: randomUUID(), crashes: 0, overdue: tries >= ATTEMPTS_BEFORE_APOLOGY, settled, signal }),
        );
      } catch (error) {
        if (runs.areAborted) return;
        logger.error(
          { conversation: key, err: error, tries },
          tries === MAX_ATTEMPTS ? 'given up until somebody writes' : 'will be tried again',
        );
      }
      if (tries < MAX_ATTEMPTS) await nap(key, retryDelayMs(tries, Math.random()));
      if (closing.signal.aborted) return;
    }
  }

  async function untilNotHeldBack(
    key: ConversationKey,
    work: (signal: AbortSignal) => Promise<Postponed | undefined>,
  ): Promise<void> {
    for (;;) {
      running.set(key, false);
      const held = await runs.run(work);
      if (!held) return;
      // Who woke it during the run may be one that need not wait.
      if (running.get(key) !== true) await nap(key, held.againInMs);
      if (closing.signal.aborted) return;
    }
  }

  /** Until the time is over, or a wake-up comes. */
  async function nap(key: ConversationKey, ms: number): Promise<void> {
    const over = new AbortController();
    naps.set(key, over);
    await clock.sleep(ms, over.signal).catch(() => {});
    naps.delete(key);
  }

  return {
    async wake(key) {
      begin(key);
    },
    async start(handle) {
      handler = handle;
      for (const key of waiting.splice(0)) begin(key);
    },
    async stop(timeoutMs) {
      closing.abort();
      for (const sleeping of naps.values()) sleeping.abort();
      await untilDone(Promise.all(unfinished), timeoutMs, () => runs.abort(), clock);
    },
  };
}
