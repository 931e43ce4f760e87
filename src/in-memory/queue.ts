/**
 * A work queue in memory, for the playground and for tests. Same contract as the one in Redis, but work is lost when the
 * process stops.
 */
import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { ConversationKey } from '../core/conversation-id.js';
import type { Clock, Logger, Postponed, RequestHandler, WakeHandler, WorkQueue, WorkRequest } from '../core/ports.js';
import { ATTEMPTS_BEFORE_APOLOGY, MAX_ATTEMPTS, MAX_REQUEST_ATTEMPTS, retryDelayMs } from '../core/retry-policy.js';
import { Runs, untilDone } from '../core/shutdown.js';

const MAX_KNOWN_REQUESTS = 10_000;

export function memoryQueue(clock: Clock, logger: Logger): WorkQueue {
  /** Conversations with a run in progress or a wait between runs; true if a wake-up came meanwhile. */
  const running = new Map<ConversationKey, boolean>();
  const unfinished = new Set<Promise<void>>();
  const runs = new Runs();
  const wakesBeforeStart: ConversationKey[] = [];
  /** Ends the wait before the next run of a conversation or request. */
  const waits = new Map<string, AbortController>();
  const closing = new AbortController();
  let handler: WakeHandler | undefined;
  const knownRequests = new LRUCache<string, true>({ max: MAX_KNOWN_REQUESTS });
  const requestsBeforeStart: WorkRequest[] = [];
  let requestHandler: RequestHandler | undefined;

  function take(request: WorkRequest): void {
    if (closing.signal.aborted) return;
    if (!requestHandler) {
      requestsBeforeStart.push(request);
      return;
    }
    const done = handleRequest(request, requestHandler).finally(() => unfinished.delete(done));
    unfinished.add(done);
  }

  async function handleRequest(request: WorkRequest, handle: RequestHandler): Promise<void> {
    for (let attempt = 1; attempt <= MAX_REQUEST_ATTEMPTS && !closing.signal.aborted; attempt += 1) {
      try {
        return await runs.run((signal) => handle(request, signal));
      } catch (error) {
        if (runs.areAborted) return;
        const isLast = attempt === MAX_REQUEST_ATTEMPTS;
        const outcome = isLast ? 'all attempts failed; the request is given up' : 'attempt failed; will be retried';
        logger.error({ request: request.id, err: error, tries: attempt }, outcome);
        if (!isLast) await wait(`request ${request.id}`, retryDelayMs(attempt, Math.random()));
      }
    }
  }

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
          handle({ key, run: randomUUID(), crashes: 0, overdue: attempt >= ATTEMPTS_BEFORE_APOLOGY, settled, signal }),
        );
      } catch (error) {
        if (runs.areAborted) return;
        logger.error(
          { conversation: key, err: error, tries: attempt },
          attempt === MAX_ATTEMPTS
            ? 'all attempts failed; the next message starts new ones'
            : 'attempt failed; will be retried',
        );
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
  async function wait(key: string, ms: number): Promise<void> {
    const interrupt = new AbortController();
    waits.set(key, interrupt);
    await clock.sleep(ms, interrupt.signal).catch(() => {});
    waits.delete(key);
  }

  return {
    async wake(key) {
      wake(key);
    },
    async submit(request) {
      if (knownRequests.has(request.id)) return;
      knownRequests.set(request.id, true);
      take(request);
    },
    async start(onWake, onRequest = async () => {}) {
      handler = onWake;
      requestHandler = onRequest;
      for (const key of wakesBeforeStart.splice(0)) wake(key);
      for (const request of requestsBeforeStart.splice(0)) take(request);
    },
    async stop(timeoutMs) {
      closing.abort();
      for (const waiting of waits.values()) waiting.abort();
      await untilDone(Promise.all(unfinished), timeoutMs, () => runs.abort(), clock);
    },
  };
}
