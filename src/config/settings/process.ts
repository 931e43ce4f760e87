/** The process: concurrency, timeouts and logs. */
import { oneOf, whole } from '../parsers.js';
import type { Setting } from './setting.js';

const DAY_MS = 24 * 60 * 60 * 1000;

export const PROCESS = {
  CONCURRENCY: {
    description: 'Maximum number of conversations that one process answers at the same time',
    parser: whole(1, 10_000),
    default: '50',
  },
  SHUTDOWN_TIMEOUT_MS: {
    description: 'Milliseconds that replies in progress get to finish when the process stops',
    parser: whole(0, DAY_MS),
    default: '25000',
  },
  START_TIMEOUT_MS: {
    description: 'Milliseconds to keep trying to reach Redis and Slack on startup',
    parser: whole(1_000, DAY_MS),
    default: '60000',
  },
  OPS_PORT: {
    description:
      'HTTP port for health checks: /healthz (the process is running) and /readyz (Redis, Slack and the queue work)',
    parser: whole(1, 65_535),
    where: 'leave it out for none',
  },
  LOG_LEVEL: {
    description: 'Lowest level that is logged: fatal, error, warn, info, debug, trace, or silent',
    parser: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    default: 'info',
  },
} as const satisfies Record<string, Setting>;
