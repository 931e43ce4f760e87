import { logFailedAttempt } from '../core/failed-attempt.js';
import type { BotRequest, Clock, Logger, RequestQueue } from '../core/ports.js';
import { MAX_REQUEST_ATTEMPTS, REQUEST_TIME_LIMIT_MS } from '../core/retry-policy.js';
import { runWithin } from '../core/shutdown.js';
import type { RedisConnections } from './connection.js';
import { redisJobs, type RedisQueueOptions } from './jobs.js';
import { REQUESTS } from './keys.js';

/** A request that has killed so many processes is given up. */
const MAX_CRASHES = 3;
/** So long a request's id stays known after the first delivery. */
const KNOWN_MS = 3_600_000;

/** Requests through BullMQ: one job each. What people typed or entered is removed as soon as it is handled or given up. */
export function redisRequests(
  connections: RedisConnections,
  options: RedisQueueOptions,
  clock: Clock,
  logger: Logger,
): RequestQueue {
  const jobs = redisJobs<BotRequest>(
    connections,
    {
      ...options,
      name: REQUESTS,
      maxTakeovers: MAX_CRASHES - 1,
      failed(job, error, isLast) {
        logFailedAttempt('request', { id: job?.data.id, error, tries: job?.attemptsMade, isLast }, logger);
      },
    },
    clock,
    logger,
  );

  return {
    async submit(request) {
      await jobs.queue.add('request', request, {
        deduplication: { id: request.id, ttl: KNOWN_MS },
        attempts: MAX_REQUEST_ATTEMPTS,
        backoff: { type: 'custom' },
        removeOnComplete: true,
        removeOnFail: true,
      });
    },
    start: (onRequest) =>
      jobs.start((job, _token, abortable) =>
        abortable((stopping) =>
          runWithin(REQUEST_TIME_LIMIT_MS, (signal) => onRequest(job.data, signal), stopping, clock),
        ),
      ),
    stop: (timeoutMs) => jobs.stop(timeoutMs),
  };
}
