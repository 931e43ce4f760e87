import { messageOf } from '../../core/errors.js';
import type { Clock, Logger } from '../../core/ports.js';

const EVERY_MS = 60_000;
const MAX_REMEMBERED = 100;

/** Log lines that a flood would repeat: each at most once a minute, then with how many were left out. */
export class SeldomLog {
  private readonly last = new Map<string, { at: number; leftOut: number }>();

  constructor(
    private readonly logger: Logger,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  warn(facts: object, message: string): void {
    this.write('warn', facts, message, message);
  }

  /** Other errors are other lines. */
  error(error: unknown, message: string): void {
    this.write('error', { err: error }, message, `${message}: ${messageOf(error)}`);
  }

  private write(level: 'warn' | 'error', facts: object, message: string, key: string): void {
    const now = this.clock.now();
    const last = this.last.get(key);
    if (last && now - last.at < EVERY_MS) {
      last.leftOut += 1;
      return;
    }
    this.logger[level](last?.leftOut ? { ...facts, leftOut: last.leftOut } : facts, message);
    // Removed first, so that the map is in order of time.
    this.last.delete(key);
    this.last.set(key, { at: now, leftOut: 0 });
    const [oldest = ''] = this.last.keys();
    if (this.last.size > MAX_REMEMBERED) this.last.delete(oldest);
  }
}
