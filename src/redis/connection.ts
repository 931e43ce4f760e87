import { Redis } from 'ioredis';
import type { Clock, Logger } from '../conversation/ports.js';

/**
 * Slack waits three seconds for an ack and then sends the event again, so what stands before the ack must fail sooner
 * than that. https://docs.slack.dev/apis/events-api/#responding
 */
const COMMAND_TIMEOUT_MS = 1_500;
const CONNECT_TIMEOUT_MS = 5_000;
const LONGEST_RECONNECT_MS = 2_000;
const START_RETRY_MS = 500;

export interface RedisConnections {
  /** Fails soon: for the store and for wake-ups. */
  prompt: Redis;
  /** Waits as long as it takes, as BullMQ's workers must. */
  patient: Redis;
  close(): void;
}

/** Redis did not answer in time at start. */
class RedisUnreachable extends Error {
  override readonly name = 'RedisUnreachable';
}

/** Two connections to one Redis, not yet opened. They reconnect by themselves for ever. */
export function connectRedis(url: string, logger: Logger): RedisConnections {
  const common = {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: (attempt: number) => Math.min(50 * 2 ** attempt, LONGEST_RECONNECT_MS),
  };
  const prompt = new Redis(url, { ...common, maxRetriesPerRequest: 1, commandTimeout: COMMAND_TIMEOUT_MS });
  const patient = new Redis(url, { ...common, maxRetriesPerRequest: null });
  reportOutages(prompt, logger);
  // Both go the same way; ioredis wants a listener all the same.
  patient.on('error', () => {});
  return {
    prompt,
    patient,
    close() {
      prompt.disconnect();
      patient.disconnect();
    },
  };
}

/** Resolves when Redis answers on both connections; throws `RedisUnreachable` at `deadline` (milliseconds since 1970). */
export async function untilReachable({ prompt, patient }: RedisConnections, deadline: number, clock: Clock, logger: Logger): Promise<void> {
  let reason: Error | undefined;
  const note = (error: Error): void => {
    if (!reason) logger.warn({ reason: error.message }, `Redis does not answer yet; trying for ${Math.ceil((deadline - clock.now()) / 1_000)} s`);
    reason = error;
  };
  prompt.on('error', note);
  for (const connection of [prompt, patient]) connection.connect().catch(() => {});
  try {
    for (;;) {
      const answered = await prompt.ping().then(
        () => true,
        () => false,
      );
      if (answered) return;
      if (clock.now() > deadline) {
        const why = reason ? ` (${reason.message})` : '';
        throw new RedisUnreachable(`Redis cannot be reached${why}: check REDIS_URL, and that the server runs`, { cause: reason });
      }
      await clock.sleep(START_RETRY_MS);
    }
  } finally {
    prompt.off('error', note);
  }
}

/** One line when a connection that was there is lost and one when it is back, instead of one for every attempt in between. */
function reportOutages(connection: Redis, logger: Logger): void {
  let state: 'new' | 'up' | 'down' = 'new';
  connection.on('error', (error: Error) => {
    if (state !== 'up') return;
    state = 'down';
    logger.error({ err: error }, 'Redis cannot be reached; messages wait at Slack until it is back');
  });
  connection.on('ready', () => {
    if (state === 'down') logger.info({}, 'Redis is back');
    state = 'up';
  });
}
