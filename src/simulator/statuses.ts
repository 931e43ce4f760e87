import type { Timers } from './timers.js';
import type { Change } from './types.js';

/** https://docs.slack.dev/reference/methods/assistant.threads.setStatus */
const STATUS_TIMEOUT_MS = 120_000;

/** The status shown under a thread while the app works, such as "is thinking…". */
export interface Status {
  readonly text: string;
  readonly loadingMessages: readonly string[];
}

/** Statuses by thread. A status ends when it is cleared, when the app posts in the thread, or after two minutes. */
export class Statuses {
  readonly #shown = new Map<string, { status: Status; cancel: () => void }>();
  readonly #timers: Timers;
  readonly #notify: (change: Change) => void;

  constructor(timers: Timers, notify: (change: Change) => void) {
    this.#timers = timers;
    this.#notify = notify;
  }

  get(channel: string, threadTs: string): Status | undefined {
    return this.#shown.get(`${channel}:${threadTs}`)?.status;
  }

  set(channel: string, threadTs: string, status: Status): void {
    const key = `${channel}:${threadTs}`;
    this.#shown.get(key)?.cancel();
    const cancel = this.#timers.after(STATUS_TIMEOUT_MS, () => this.clear(channel, threadTs));
    this.#shown.set(key, { status, cancel });
    this.#notify({ kind: 'status', id: threadTs, channel });
  }

  clear(channel: string, threadTs: string): void {
    const key = `${channel}:${threadTs}`;
    const shown = this.#shown.get(key);
    if (shown === undefined) return;
    shown.cancel();
    this.#shown.delete(key);
    this.#notify({ kind: 'status', id: threadTs, channel });
  }
}
