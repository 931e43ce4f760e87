/** The program: settings from the environment and `.env`, the bot, signals. */
import { createBot } from './bot.js';
import { type Config, ConfigError, describeFaults, environment, readConfig } from './config.js';
import { createLogger } from './ops/logger.js';

function fail(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

function settings(): Config {
  try {
    return readConfig(environment());
  } catch (error) {
    if (error instanceof ConfigError) fail(describeFaults(error));
    throw error;
  }
}

const config = settings();
const logger = createLogger(config.logLevel);
const bot = createBot(config, { logger });

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    logger.info({ signal }, 'stopping: no new work, running replies are finished');
    bot.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(`Skein could not stop cleanly: ${String(error)}`),
    );
  });
}

try {
  await bot.start();
  const way = config.slack.appToken === undefined ? `HTTP on port ${config.slack.port}` : 'Socket Mode';
  logger.info({ model: config.openai.model }, `Skein is running (${way})`);
} catch (error) {
  // The causes of a failed start are few and named; a stack trace would bury them.
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  fail(`Skein cannot start: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}`);
}
