/** Prints what people think of answers, from Redis, as text or as JSON. */
import type { RedisConfig } from '../config/config.js';
import { ConfigError, describeFaults } from '../config/faults.js';
import { environment, readRedisConfig } from '../config/read-config.js';
import { messageOf } from '../core/errors.js';
import type { Feedback } from '../core/ports.js';
import { systemClock } from '../ops/clock.js';
import { FlagError } from '../ops/flags.js';
import { createLogger } from '../ops/logger.js';
import { connectRedis, waitUntilReachable } from '../redis/connection.js';
import { redisFeedback } from '../redis/feedback.js';
import { type FeedbackFlags, readFeedbackFlags, USAGE } from './feedback/flags.js';
import { feedbackJson, feedbackText } from './feedback/list.js';

/** Short, since a user waits at the terminal. */
const CONNECT_TIMEOUT_MS = 3_000;
/** Nothing is written. */
const NO_TTL_DAYS = 1;

function fail(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

function readCommandLine(): FeedbackFlags {
  try {
    return readFeedbackFlags(process.argv.slice(2));
  } catch (error) {
    if (error instanceof FlagError) fail(`${error.message}\n\n${USAGE}`);
    throw error;
  }
}

function readSettings(): RedisConfig {
  try {
    return readRedisConfig(environment());
  } catch (error) {
    if (error instanceof ConfigError) fail(describeFaults(error));
    throw error;
  }
}

async function readFeedback(config: RedisConfig): Promise<Feedback[]> {
  const logger = createLogger('silent');
  const connections = connectRedis(config, logger);
  try {
    await waitUntilReachable(connections, systemClock.now() + CONNECT_TIMEOUT_MS, systemClock, logger);
    return await redisFeedback(connections.commands, NO_TTL_DAYS, config.prefix).all();
  } finally {
    connections.close();
  }
}

const { good, json, help } = readCommandLine();
if (help) {
  process.stdout.write(`${USAGE}\n`);
} else {
  try {
    const all = await readFeedback(readSettings());
    const shown = good ? all : all.filter(({ rating }) => rating === 'negative');
    process.stdout.write(`${json ? feedbackJson(shown) : feedbackText(shown)}\n`);
  } catch (error) {
    fail(`Feedback cannot be read: ${messageOf(error)}`);
  }
}
