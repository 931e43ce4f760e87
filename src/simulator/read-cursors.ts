import { SimulatorUsageError } from './errors.js';
import { micros } from './timestamps.js';
import type { Change } from './types.js';

/** Somebody has read so far: up to and with the message `ts`, in the thread of the root `threadTs` or else in the channel itself. */
export interface Reading {
  readonly user: string;
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
}

/** How far everybody has read, in each channel and in each thread apart. */
export class ReadCursors {
  readonly #read = new Map<string, string>();
  readonly #notify: (change: Change) => void;

  constructor(notify: (change: Change) => void) {
    this.#notify = notify;
  }

  /** The `ts` read last; undefined if nothing was. */
  last(user: string, channel: string, threadTs = ''): string | undefined {
    return this.#read.get(`${user}:${channel}:${threadTs}`);
  }

  /** What was read stays read: an older `ts` changes nothing. @throws SimulatorUsageError for what is no `ts` */
  mark({ user, channel, ts, threadTs = '' }: Reading): void {
    const at = micros(ts);
    if (at === undefined) throw new SimulatorUsageError(`no ts of a message: ${ts}`);
    const before = micros(this.last(user, channel, threadTs) ?? '0') ?? 0;
    if (at <= before) return;
    this.#read.set(`${user}:${channel}:${threadTs}`, ts);
    this.#notify({ kind: 'read', id: user, channel });
  }
}
