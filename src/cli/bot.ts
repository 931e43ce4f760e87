/** The bot as a process: settings from the environment and `.env`, signals, the exit code. */
import { constants } from 'node:os';
import { type Bot, type BotOptions, createBot } from '../bot.js';
import { ConfigError, describeFaults } from '../config/faults.js';
import { environment, readConfig } from '../config/read-config.js';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/ports.js';
import { createLogger } from '../ops/logger.js';
import { runWithoutReader } from '../ops/output.js';
import { logWriter } from '../ops/readable-log.js';

/**
 * A terminal sends Ctrl-C to npm and to the bot, npm passes it on as well, and service managers do the same with SIGTERM:
 * signals so close together are one request.
 */
const SAME_REQUEST_MS = 200;
/** Beyond SHUTDOWN_TIMEOUT_MS, to hand over what was aborted. */
const HANDOVER_MS = 5_000;

/** Resolves when the bot runs; signals stop it from then on. `options` are for tests: no setting sets them. */
export async function runBot(options: Pick<BotOptions, 'decorate' | 'sweep'> = {}): Promise<void> {
  runWithoutReader();
  const config = orExit(() => readConfig(environment()));
  const logger = createLogger(config.logLevel, await logWriter(process.stdout));
  let ending: Ending | undefined;
  const bot = orExit(() => createBot(config, { logger, ...options, onFatal: (error) => ending?.begin(error) }));
  ending = stopOnSignal(bot, config.shutdownTimeoutMs, logger);
  try {
    await bot.start();
    const transport = config.slack.appToken === undefined ? `HTTP on port ${config.slack.port}` : 'Socket Mode';
    logger.info({ model: config.openai.model }, `Skein is running (${transport})`);
  } catch (error) {
    if (ending.hasBegun()) await new Promise(() => {}); // Stopped during the start: `ending` ends the process.
    // The message of a failed start says what to do; a stack trace would hide it.
    fail(`Skein cannot start: ${messageOf(error)}`);
  }
}

/** How the process ends. */
interface Ending {
  hasBegun(): boolean;
  /** Because of an error that trying again does not cure. Running replies are still finished. */
  begin(error: unknown): void;
}

/** Ends the process: with the first signal when `bot` has stopped, with a further one at once. */
function stopOnSignal(bot: Bot, shutdownTimeoutMs: number, logger: Logger): Ending {
  let stopping = false;
  function stop(exitCode: number): void {
    if (stopping) return;
    stopping = true;
    setTimeout(() => {
      logger.warn({}, 'not everything stopped in time: exiting anyway; other processes, or the next start, take over');
      process.exit(exitCode);
    }, shutdownTimeoutMs + HANDOVER_MS);
    bot.stop().then(
      () => {
        logger.info({}, 'stopped');
        process.exit(exitCode);
      },
      (error: unknown) => fail(`Skein could not stop cleanly: ${String(error)}`),
    );
  }

  let isRequested = false;
  let endsAtOnce = false;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (endsAtOnce) {
        logger.warn({ signal }, 'exiting immediately; other processes, or the next start, take over');
        process.exit(128 + constants.signals[signal]);
      }
      if (isRequested) return;
      isRequested = true;
      logger.info({ signal }, 'stopping: taking no new work, finishing replies in progress');
      setTimeout(() => {
        endsAtOnce = true;
        logger.info({}, 'still finishing replies; send the signal again to exit immediately');
      }, SAME_REQUEST_MS);
      stop(0);
    });
  }
  // A fault in the program or a library. Running replies are still finished.
  process.on('unhandledRejection', (reason) => {
    if (stopping) return;
    logger.error({ err: reason }, 'unhandled promise rejection: stopping, so that the process can be restarted');
    stop(1);
  });
  return {
    hasBegun: () => stopping,
    begin(error) {
      logger.error({ err: error }, 'fatal error: stopping');
      stop(1);
    },
  };
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
