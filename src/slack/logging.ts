import { LogLevel, type Logger as BoltLogger } from '@slack/bolt';
import type { Logger } from '../conversation/ports.js';

/** Bolt's log lines as ours. Its debug lines hold whole payloads, what people wrote among them: those are left out. */
export function boltLogger(logger: Logger): BoltLogger {
  const text = (parts: unknown[]): string => parts.map(String).join(' ');
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
