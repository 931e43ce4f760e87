/** Sabotaged work queues. */
import { setTimeout as wait } from 'node:timers/promises';
import type { RequestQueue, WorkQueue } from '../../../src/core/ports.js';
import { STORE_DELAY_MS } from './delays.js';

export function withoutRecovery(queue: WorkQueue): WorkQueue {
  return {
    ...queue,
    start: (onWake) => queue.start(async (wake) => void (wake.crashes === 0 && (await onWake(wake)))),
  };
}

export function wakeLater(queue: WorkQueue): WorkQueue {
  return {
    ...queue,
    wake: async (key) =>
      void wait(2 * STORE_DELAY_MS)
        .then(() => queue.wake(key))
        .catch(() => {}),
  };
}

/** Blames whatever was in a process that died. */
export function blameAll(queue: WorkQueue): WorkQueue {
  return {
    ...queue,
    start: (onWake) => queue.start((wake) => onWake({ ...wake, isGuilty: wake.crashes > 0 })),
  };
}

export function withoutAbort(queue: WorkQueue): WorkQueue {
  return {
    ...queue,
    start: (onWake) => queue.start((wake) => onWake({ ...wake, signal: new AbortController().signal })),
  };
}

export function repeatRequests(requests: RequestQueue): RequestQueue {
  return {
    ...requests,
    start: (onRequest) =>
      requests.start(async (...request) => {
        await onRequest(...request);
        await onRequest(...request);
      }),
  };
}

export function forgetFeedback(requests: RequestQueue): RequestQueue {
  return {
    ...requests,
    async submit(request) {
      if ((request.payload as { name?: string }).name !== 'feedback') await requests.submit(request);
    },
  };
}
