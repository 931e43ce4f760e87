import type { Result } from 'ioredis';
import { logFailedAttempt } from '../core/failed-attempt.js';
import type { BotRequest, Clock, Logger, RequestQueue } from '../core/ports.js';
import { MAX_REQUEST_ATTEMPTS, REQUEST_TIME_LIMIT_MS } from '../core/retry-policy.js';
import { runWithin } from '../core/shutdown.js';
import { redisJobs, type RedisQueueOptions } from './jobs.js';
import { knownRequestsKey, REQUESTS } from './keys.js';
import type { ProcessLease } from './lease.js';
import { defineQueueScript } from './script.js';
import { numberOfKeys } from './shard.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    skeinSubmit(...keysAndArguments: string[]): Result<string[], Context>;
  }
}

/** So long a request's id stays known after the first delivery, unless it says otherwise. */
const KNOWN_MS = 3_600_000;

/** Requests: one job each. What people typed or entered is removed as soon as it is handled or given up. */
export function redisRequests(
  lease: ProcessLease,
  options: RedisQueueOptions,
  clock: Clock,
  logger: Logger,
): RequestQueue {
  const { redis } = lease;
  const jobs = redisJobs(
    () => lease,
    {
      ...options,
      name: REQUESTS,
      maxAttempts: MAX_REQUEST_ATTEMPTS,
      failed({ id, failed: tries }, error, isLast) {
        logFailedAttempt('request', { id, error, tries, isLast }, logger);
      },
    },
    clock,
    logger,
  );
  const known = knownRequestsKey(lease.prefix);
  defineQueueScript(redis, 'skeinSubmit', 'submit', numberOfKeys() + 1);

  return {
    async submit({ id, payload, knownMs = KNOWN_MS }) {
      const stored = JSON.stringify(payload);
      await jobs.send(id, (keys, ...call) => redis.skeinSubmit(...keys, known, ...call, id, stored, String(knownMs)));
    },
    start: (onRequest) =>
      jobs.start(async ({ id, payload, deaths, isGuilty }, stopping) => {
        if (isGuilty) {
          logger.error({ request: id, deaths }, 'gave up on a request: processes keep crashing on it');
          return undefined;
        }
        if (payload === '') {
          logger.error({ request: id }, 'gave up on a request: its content is missing in Redis');
          return undefined;
        }
        const request: BotRequest = { id, payload: JSON.parse(payload) as unknown };
        await runWithin(REQUEST_TIME_LIMIT_MS, (signal) => onRequest(request, signal), stopping, clock);
        return undefined;
      }),
    stop: (timeoutMs) => jobs.stop(timeoutMs),
  };
}
