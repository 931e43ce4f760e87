import { SimulatorUsageError } from './errors.js';
import { micros } from './timestamps.js';
import type { Change } from './types.js';

/** A user has read up to and including the message `ts`, in the thread `threadTs` or, if not set, in the channel. */
export interface Reading {
  readonly user: string;
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
}

/** Each user's last read message, per channel and per thread. */
export class ReadCursors {
  readonly #lastRead = new Map<string, string>();
  readonly #notify: (change: Change) => void;

  constructor(notify: (change: Change) => void) {
    this.#notify = notify;
  }

  /** The last read `ts`; undefined if nothing was read. */
  last(user: string, channel: string, threadTs = ''): string | undefined {
    return this.#lastRead.get(`${user}:${channel}:${threadTs}`);
  }

  /** Moves the cursor forward; ignores an older `ts`. @throws SimulatorUsageError for an invalid `ts` */
  mark({ user, channel, ts, threadTs = '' }: Reading): void {
    const at = micros(ts);
    if (at === undefined) throw new SimulatorUsageError(`not a valid message ts: ${ts}`);
    const before = micros(this.last(user, channel, threadTs) ?? '0') ?? 0;
    if (at <= before) return;
    this.#lastRead.set(`${user}:${channel}:${threadTs}`, ts);
    this.#notify({ kind: 'read', id: user, channel });
  }
}
