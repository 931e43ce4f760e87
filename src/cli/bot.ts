/** The bot as a process: settings from the environment and `.env`, signals, the exit code. */
import { type PortDecorators, createBot } from '../bot.js';
import { ConfigError, describeFaults } from '../config/faults.js';
import { environment, readConfig } from '../config/read-config.js';
import { messageOf } from '../core/errors.js';
import { createLogger } from '../ops/logger.js';

/** Resolves when it runs; from then on signals end it. `decorate` is for what plays faults: nothing outside can set it. */
export async function runBot(decorate: PortDecorators = {}): Promise<void> {
  const config = orExit(() => readConfig(environment()));
  const logger = createLogger(config.logLevel);
  const bot = orExit(() => createBot(config, { logger, decorate }));

  let stopping = false;
  function stop(exitCode: number): void {
    if (stopping) return;
    stopping = true;
    bot.stop().then(
      () => process.exit(exitCode),
      (error: unknown) => fail(`Skein could not stop cleanly: ${String(error)}`),
    );
  }

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      logger.info({ signal }, 'stopping: no new work, running replies are finished');
      stop(0);
    });
  }
  // Socket Mode's client lets go of promises when it cannot connect again. The replies that run are finished all the same.
  process.on('unhandledRejection', (reason) => {
    if (stopping) return;
    logger.error({ err: reason }, 'a promise failed that nobody waited for; stopping, to be started again');
    stop(1);
  });

  try {
    await bot.start();
    const way = config.slack.appToken === undefined ? `HTTP on port ${config.slack.port}` : 'Socket Mode';
    logger.info({ model: config.openai.model }, `Skein is running (${way})`);
  } catch (error) {
    if (stopping) await new Promise(() => {}); // A start that was cut short: `stop` ends the process.
    // The causes of a failed start are few and say what to do; a stack trace would bury that.
    fail(`Skein cannot start: ${messageOf(error)}`);
  }
}

function fail(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

/** What is made of the settings; says what is wrong with them, and ends the process, when nothing can be. */
function orExit<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    if (error instanceof ConfigError) fail(describeFaults(error));
    throw error;
  }
}
