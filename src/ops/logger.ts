import { pino } from 'pino';
import type { LogLevel } from '../config/config.js';
import type { Logger } from '../core/ports.js';

/**
 * Slack's and OpenAI's tokens and the passwords in Redis URLs, anywhere in a line. `sk-` must begin a word, unlike in
 * "disk-…"; it may follow a line break, which is `\n` in JSON. A password may contain an @.
 */
const SECRETS = /(?:xox[a-z]-|xapp-|(?:\b|(?<=\\[nrt]))sk-)[\w.-]{6,}|(rediss?:\/\/[^:@/\s"]*:)[^\s"]+@/g;

/** Arguments of a failed Redis command, which ioredis adds to errors: people's messages, or the password. */
const COMMAND_ARGS = ['err.command.args', 'err.*.command.args'];

/** Writes JSON lines to standard output, with secrets removed, also from errors of libraries. */
export function createLogger(
  level: LogLevel,
  write: (line: string) => void = (line) => process.stdout.write(line),
): Logger {
  const stream = {
    write: (line: string) => write(line.replaceAll(SECRETS, (_, redis?: string) => (redis ? `${redis}***@` : '***'))),
  };
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: COMMAND_ARGS, remove: true },
    },
    stream,
  );
}
