/** The bot as a process: settings from the environment and `.env`, signals, the exit code. */
import { type PortDecorators, createBot } from '../bot.js';
import { ConfigError, describeFaults } from '../config/faults.js';
import { environment, readConfig } from '../config/read-config.js';
import { messageOf } from '../core/errors.js';
import { createLogger } from '../ops/logger.js';

/** Resolves when the bot runs; signals stop it from then on. `decorate` injects faults in tests: no setting sets it. */
export async function runBot(decorate: PortDecorators = {}): Promise<void> {
  const config = orExit(() => readConfig(environment()));
  const logger = createLogger(config.logLevel);
  const bot = orExit(() => createBot(config, { logger, decorate, onFatal: stopAfter }));

  let stopping = false;
  function stop(exitCode: number): void {
    if (stopping) return;
    stopping = true;
    bot.stop().then(
      () => process.exit(exitCode),
      (error: unknown) => fail(`Skein could not stop cleanly: ${String(error)}`),
    );
  }

  /** Running replies are still finished. */
  function stopAfter(error: unknown): void {
    logger.error({ err: error }, 'cannot go on: stopping');
    stop(1);
  }

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      logger.info({ signal }, 'stopping: no new work, running replies are finished');
      stop(0);
    });
  }
  // A fault in the program or a library. Running replies are still finished.
  process.on('unhandledRejection', (reason) => {
    if (stopping) return;
    logger.error({ err: reason }, 'a promise failed that nobody waited for; stopping, to be started again');
    stop(1);
  });

  try {
    await bot.start();
    const transport = config.slack.appToken === undefined ? `HTTP on port ${config.slack.port}` : 'Socket Mode';
    logger.info({ model: config.openai.model }, `Skein is running (${transport})`);
  } catch (error) {
    if (stopping) await new Promise(() => {}); // Stopped during the start: `stop` ends the process.
    // The message of a failed start says what to do; a stack trace would hide it.
    fail(`Skein cannot start: ${messageOf(error)}`);
  }
}

function fail(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

/** The result of `make`. On a `ConfigError`, prints what is wrong with the settings and exits. */
function orExit<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof ConfigError) fail(describeFaults(error));
    throw error;
  }
}
