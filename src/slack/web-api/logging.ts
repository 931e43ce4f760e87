import { LogLevel, type Logger as BoltLogger } from '@slack/bolt';
import type { Logger } from '../../core/ports.js';

/** Writes Bolt's log lines to our log, except debug lines: those hold whole payloads, and with them what people wrote. */
export function boltLogger(logger: Logger): BoltLogger {
  return {
    debug() {},
    info: (...parts) => logger.debug({ from: 'bolt' }, joined(parts)),
    warn: (...parts) => logger.warn({ from: 'bolt' }, joined(parts)),
    error: (...parts) => logger.error({ from: 'bolt' }, joined(parts)),
    setLevel() {},
    getLevel: () => LogLevel.INFO,
    setName() {},
  };
}

function joined(parts: unknown[]): string {
  return parts.map(String).join(' ');
}
