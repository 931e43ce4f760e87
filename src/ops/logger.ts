import { pino } from 'pino';
import type { LogLevel } from '../config.js';
import type { Logger } from '../conversation/ports.js';

/** Slack's and OpenAI's tokens, wherever they turn up in a line. */
const SECRETS = /\b(?:xox[a-z]-|xapp-|sk-)[\w.-]{6,}|(rediss?:\/\/[^:@\s"]*:)[^@\s"]+@/g;

/** JSON lines on standard output, without secrets: what an error of some library says goes through here as well. */
export function createLogger(level: LogLevel, write: (line: string) => void = (line) => process.stdout.write(line)): Logger {
  const stream = { write: (line: string) => write(line.replaceAll(SECRETS, (_, redis?: string) => (redis ? `${redis}***@` : '***'))) };
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } }, stream);
}
