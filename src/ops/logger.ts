import { pino } from 'pino';
import type { LogLevel } from '../config/config.js';
import type { Logger } from '../core/ports.js';

/**
 * Slack's and OpenAI's tokens and the passwords of Redis, wherever they turn up in a line. `sk-` ends plain words too
 * ("disk-…"), so it has to begin one; a line break is `\n` in JSON, whose `n` is no part of a word. A password may hold an @.
 */
const SECRETS = /(?:xox[a-z]-|xapp-|(?:\b|(?<=\\[nrt]))sk-)[\w.-]{6,}|(rediss?:\/\/[^:@/\s"]*:)[^\s"]+@/g;

/** What ioredis was to send when it failed: people's words, or its password. */
const COMMANDS = ['err.command.args', 'err.*.command.args'];

/** JSON lines on standard output, without secrets: what an error of some library says goes through here as well. */
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
      redact: { paths: COMMANDS, remove: true },
    },
    stream,
  );
}
