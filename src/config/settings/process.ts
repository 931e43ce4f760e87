/** The process: concurrency, timeouts and logs. */
import { oneOf, whole } from '../parsers.js';
import type { Setting } from './setting.js';

const DAY_MS = 24 * 60 * 60 * 1000;

export const PROCESS = {
  CONCURRENCY: {
    description: 'Conversations answered at once by one process',
    parser: whole(1, 10_000),
    default: '50',
  },
  SHUTDOWN_TIMEOUT_MS: {
    description: 'Milliseconds that replies under way get to finish when the process is told to stop',
    parser: whole(0, DAY_MS),
    default: '25000',
  },
  START_TIMEOUT_MS: {
    description: 'Milliseconds for which Redis and Slack are tried at start',
    parser: whole(1_000, DAY_MS),
    default: '60000',
  },
  OPS_PORT: {
    description:
      'HTTP port of /healthz (the process runs) and /readyz (Redis, Slack and the queue are in order), for whatever watches the bot',
    parser: whole(1, 65_535),
    where: 'leave it out for none',
  },
  LOG_LEVEL: {
    description: 'Least severe log lines written: fatal, error, warn, info, debug, trace, or silent',
    parser: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    default: 'info',
  },
} as const satisfies Record<string, Setting>;
