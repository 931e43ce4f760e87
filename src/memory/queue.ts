/** Wake-ups within one process, for the playground and for tests. Same contract as BullMQ's queue, but forgets when it stops. */
import type { Clock, Logger, Wake, WorkQueue } from '../conversation/ports.js';
import { Runs, untilDone } from '../conversation/shutdown.js';
import { retryDelayMs, TRIES } from '../conversation/tries.js';
import type { ConversationKey } from '../conversation/types.js';

export function memoryQueue(clock: Clock, logger: Logger): WorkQueue {
  /** Conversations that are being worked on; true where a wake-up came meanwhile. */
  const running = new Map<ConversationKey, boolean>();
  const unfinished = new Set<Promise<void>>();
  const runs = new Runs();
  const waiting: ConversationKey[] = [];
  const closing = new AbortController();
  let handler: ((wake: Wake) => Promise<void>) | undefined;

  function begin(key: ConversationKey): void {
    if (closing.signal.aborted) return;
    if (!handler) {
      waiting.push(key);
      return;
    }
    if (running.has(key)) {
      running.set(key, true);
      return;
    }
    const done = run(key, handler).finally(() => unfinished.delete(done));
    unfinished.add(done);
  }

  async function run(key: ConversationKey, handle: (wake: Wake) => Promise<void>): Promise<void> {
    do {
      running.set(key, false);
      await tryUntilDone(key, handle);
    } while (running.get(key) === true && !closing.signal.aborted);
    running.delete(key);
  }

  async function tryUntilDone(key: ConversationKey, handle: (wake: Wake) => Promise<void>): Promise<void> {
    for (let tries = 1; tries <= TRIES; tries += 1) {
      try {
        return await runs.run((signal) => handle({ key, lastTry: tries === TRIES, signal }));
      } catch (error) {
        if (runs.areAborted) return;
        logger.error({ conversation: key, err: error, tries }, tries === TRIES ? 'given up until somebody writes' : 'will be tried again');
      }
      if (tries < TRIES) await clock.sleep(retryDelayMs(tries, Math.random()), closing.signal).catch(() => {});
      if (closing.signal.aborted) return;
    }
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
      await untilDone(Promise.all(unfinished), timeoutMs, () => runs.abort(), clock);
    },
  };
}
