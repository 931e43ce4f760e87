/**
 * A work queue in memory, for the playground and for tests. Same contract as the one in Redis, but work is lost when the
 * process stops.
 */
import { randomUUID } from 'node:crypto';
import type { ConversationKey } from '../core/conversation-id.js';
import { logFailedAttempt } from '../core/failed-attempt.js';
import type { Clock, Logger, Postponed, WakeHandler, WorkQueue } from '../core/ports.js';
import { ATTEMPTS_BEFORE_APOLOGY, MAX_ATTEMPTS, retryDelayMs } from '../core/retry-policy.js';
import { Runs, untilDone } from '../core/shutdown.js';

export function memoryQueue(clock: Clock, logger: Logger): WorkQueue {
  /** Conversations with a run in progress or a wait between runs; true if a wake-up came meanwhile. */
  const running = new Map<ConversationKey, boolean>();
  const unfinished = new Set<Promise<void>>();
  const runs = new Runs();
  const wakesBeforeStart: ConversationKey[] = [];
  /** Ends the wait before the next run of a conversation. */
  const waits = new Map<ConversationKey, AbortController>();
  const closing = new AbortController();
  let handler: WakeHandler | undefined;

  function wake(key: ConversationKey): void {
    if (closing.signal.aborted) return;
    if (!handler) {
      wakesBeforeStart.push(key);
      return;
    }
    if (running.has(key)) {
      running.set(key, true);
      waits.get(key)?.abort();
      return;
    }
    const done = run(key, handler).finally(() => unfinished.delete(done));
    unfinished.add(done);
  }

  async function run(key: ConversationKey, handle: WakeHandler): Promise<void> {
    do {
      await runWithRetries(key, handle);
    } while (running.get(key) === true && !closing.signal.aborted);
    running.delete(key);
  }

  async function runWithRetries(key: ConversationKey, handle: WakeHandler): Promise<void> {
    let attempt = 1;
    const settled = async (): Promise<void> => {
      attempt = 1;
    };
    for (; attempt <= MAX_ATTEMPTS; attempt += 1) {
      try {
        return await runUntilNotPostponed(key, (signal) =>
          handle({
            key,
            run: randomUUID(),
            crashes: 0,
            isGuilty: false,
            overdue: attempt >= ATTEMPTS_BEFORE_APOLOGY,
            settled,
            signal,
          }),
        );
      } catch (error) {
        if (runs.areAborted) return;
        const isLast = attempt === MAX_ATTEMPTS;
        logFailedAttempt('conversation', { id: key, error, tries: attempt, isLast }, logger);
      }
      if (attempt < MAX_ATTEMPTS) await wait(key, retryDelayMs(attempt, Math.random()));
      if (closing.signal.aborted) return;
    }
  }

  async function runUntilNotPostponed(
    key: ConversationKey,
    work: (signal: AbortSignal) => Promise<Postponed | undefined>,
  ): Promise<void> {
    for (;;) {
      running.set(key, false);
      const postponed = await runs.run(work);
      if (!postponed) return;
      // A wake-up during the run may be from a person who need not wait.
      if (running.get(key) !== true) await wait(key, postponed.retryInMs);
      if (closing.signal.aborted) return;
    }
  }

  /** Resolves after `ms`, or as soon as a wake-up comes. */
  async function wait(key: ConversationKey, ms: number): Promise<void> {
    if (closing.signal.aborted) return;
    const interrupt = new AbortController();
    waits.set(key, interrupt);
    await clock.sleep(ms, interrupt.signal).catch(() => {});
    waits.delete(key);
  }

  return {
    async wake(key) {
      wake(key);
    },
    async start(onWake) {
      handler = onWake;
      for (const key of wakesBeforeStart.splice(0)) wake(key);
    },
    async stop(timeoutMs) {
      closing.abort();
      for (const waiting of waits.values()) waiting.abort();
      await untilDone(Promise.all(unfinished), timeoutMs, () => runs.abort(), clock);
    },
  };
}
