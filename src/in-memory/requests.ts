/** Requests in memory, for the playground and for tests. Same contract as in Redis, but lost when the process stops. */
import { LRUCache } from 'lru-cache';
import { atMost } from '../core/cache-size.js';
import { logFailedAttempt } from '../core/failed-attempt.js';
import type { BotRequest, Clock, Logger, RequestHandler, RequestQueue } from '../core/ports.js';
import { MAX_REQUEST_ATTEMPTS, REQUEST_TIME_LIMIT_MS, retryDelayMs } from '../core/retry-policy.js';
import { Runs, runWithin, untilDone } from '../core/shutdown.js';

const MAX_KNOWN = 10_000;

export function memoryRequests(clock: Clock, logger: Logger): RequestQueue {
  const known = new LRUCache<string, true>(atMost(MAX_KNOWN));
  const beforeStart: BotRequest[] = [];
  const unfinished = new Set<Promise<void>>();
  const runs = new Runs();
  const closing = new AbortController();
  let handler: RequestHandler | undefined;

  function take(request: BotRequest): void {
    if (closing.signal.aborted) return;
    if (!handler) {
      beforeStart.push(request);
      return;
    }
    const done = untilHandled(request, handler).finally(() => unfinished.delete(done));
    unfinished.add(done);
  }

  async function untilHandled(request: BotRequest, handle: RequestHandler): Promise<void> {
    for (let attempt = 1; attempt <= MAX_REQUEST_ATTEMPTS && !closing.signal.aborted; attempt += 1) {
      try {
        return await runs.run((stopping) =>
          runWithin(REQUEST_TIME_LIMIT_MS, (signal) => handle(request, signal), stopping, clock),
        );
      } catch (error) {
        if (runs.areAborted) return;
        const isLast = attempt === MAX_REQUEST_ATTEMPTS;
        logFailedAttempt('request', { id: request.id, error, tries: attempt, isLast }, logger);
        if (!isLast) await clock.sleep(retryDelayMs(attempt, Math.random()), closing.signal).catch(() => {});
      }
    }
  }

  return {
    async submit(request) {
      if (known.has(request.id)) return;
      known.set(request.id, true);
      take(request);
    },
    async start(onRequest) {
      handler = onRequest;
      for (const request of beforeStart.splice(0)) take(request);
    },
    async stop(timeoutMs) {
      closing.abort();
      await untilDone(Promise.all(unfinished), timeoutMs, () => runs.abort(), clock);
    },
  };
}
