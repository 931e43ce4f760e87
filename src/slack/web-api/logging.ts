import { LogLevel, type Logger as BoltLogger } from '@slack/bolt';
import type { Logger } from '../../core/ports.js';

function text(parts: unknown[]): string {
  return parts.map(String).join(' ');
}

/** Bolt's log lines as ours. Its debug lines hold whole payloads, what people wrote among them: those are left out. */
export function boltLogger(logger: Logger): BoltLogger {
  return {
    debug() {},
    info: (...parts) => logger.debug({ from: 'bolt' }, text(parts)),
    warn: (...parts) => logger.warn({ from: 'bolt' }, text(parts)),
    error: (...parts) => logger.error({ from: 'bolt' }, text(parts)),
    setLevel() {},
    getLevel: () => LogLevel.INFO,
    setName() {},
  };
}
