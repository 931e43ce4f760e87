import { SimulatorUsageError } from './errors.js';
import type { Timers } from './timers.js';
import type { Json } from './types.js';

/** Slack sends again at once, after one minute and after five: https://docs.slack.dev/apis/events-api/#retries */
const RETRY_DELAYS_MS = [0, 60_000, 300_000];
/** An event nobody was connected for is kept as long as its retries would have taken, then lost. */
const UNCONNECTED_EXPIRY_MS = 360_000;

export type RetryReason = 'timeout' | 'http_timeout' | 'http_error' | 'connection_failed';

/** How one attempt ended. `final` says that the receiver asked for no more of them. */
export type Outcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: RetryReason; readonly final?: boolean };

export interface Attempt {
  /** When it was sent, in milliseconds since the epoch. */
  readonly at: number;
  /** When its outcome was known; undefined while it is pending. */
  readonly endedAt?: number;
  readonly outcome: 'pending' | 'acked' | RetryReason;
}

/** One event on its way. `waiting`: nobody is connected; `scheduled`: a retry is due later; `lost`: given up. */
export interface Delivery {
  readonly eventId: string;
  readonly payload: Json;
  readonly state: 'waiting' | 'sent' | 'scheduled' | 'acked' | 'lost';
  readonly attempts: readonly Attempt[];
}

/** The way events leave by. */
export interface Transport {
  readonly connected: boolean;
  /** Resolves when the receiver answered, broke off, or let its three seconds pass. Never rejects. */
  send(payload: Json, retry?: { readonly attempt: number; readonly reason: RetryReason }): Promise<Outcome>;
}

interface Entry {
  eventId: string;
  payload: Json;
  state: Delivery['state'];
  attempts: { at: number; endedAt?: number; outcome: Attempt['outcome'] }[];
}

/** Takes events to the app and sends again what it did not acknowledge, on Slack's schedule. */
export class Outbox {
  readonly #entries: Entry[] = [];
  readonly #transport: Transport;
  readonly #timers: Timers;
  readonly #mostKept: number;
  readonly #changed: (eventId: string) => void;
  #closed = false;

  /** @param mostKept of what is acked or lost so many stay, the newest */
  constructor(transport: Transport, timers: Timers, mostKept: number, changed: (eventId: string) => void) {
    this.#transport = transport;
    this.#timers = timers;
    this.#mostKept = mostKept;
    this.#changed = changed;
  }

  /** All events so far, oldest first, as far as they are kept. */
  get deliveries(): readonly Delivery[] {
    return this.#entries;
  }

  add(payload: Json): void {
    const entry: Entry = { eventId: String(payload['event_id']), payload, state: 'waiting', attempts: [] };
    this.#entries.push(entry);
    this.#attempt(entry);
  }

  /** Sends an event once more, as a retry after a lost ack would come. @throws SimulatorUsageError if there was none of this id */
  redeliver(eventId: string): void {
    const entry = this.#entries.find((known) => known.eventId === eventId);
    if (entry === undefined) throw new SimulatorUsageError(`no such event: ${eventId}`);
    this.#attempt(entry, 'timeout');
  }

  /** The same with the newest event, if there is one. */
  redeliverLast(): void {
    const last = this.#entries.at(-1);
    if (last !== undefined) this.#attempt(last, 'timeout');
  }

  /** Somebody connected: what waited goes out, in order. */
  flush(): void {
    for (const entry of this.#entries) {
      if (entry.state === 'waiting') this.#attempt(entry);
    }
  }

  close(): void {
    this.#closed = true;
  }

  #attempt(entry: Entry, forcedReason?: RetryReason): void {
    if (this.#closed) return;
    if (!this.#transport.connected) {
      this.#setState(entry, 'waiting');
      this.#timers.after(UNCONNECTED_EXPIRY_MS, () => {
        if (entry.state === 'waiting') this.#setState(entry, 'lost');
      });
      return;
    }
    const before = entry.attempts.at(-1)?.outcome;
    const reason = before === undefined || before === 'pending' || before === 'acked' ? forcedReason : before;
    const attempt: Entry['attempts'][number] = { at: this.#timers.now(), outcome: 'pending' };
    const number = entry.attempts.push(attempt) - 1;
    this.#setState(entry, 'sent');
    const retry = number > 0 ? { attempt: number, reason: reason ?? 'timeout' } : undefined;
    void this.#transport.send(entry.payload, retry).then((outcome) => this.#settle(entry, attempt, outcome));
  }

  #settle(entry: Entry, attempt: Entry['attempts'][number], outcome: Outcome): void {
    if (this.#closed) return;
    attempt.endedAt = this.#timers.now();
    if (outcome.ok) {
      attempt.outcome = 'acked';
      this.#setState(entry, 'acked');
      return;
    }
    attempt.outcome = outcome.reason;
    // A repeated event may be acknowledged while an earlier attempt of it runs out: that is no reason to send it again.
    if (entry.state === 'acked') return;
    const delay = outcome.final === true ? undefined : RETRY_DELAYS_MS[entry.attempts.length - 1];
    if (delay === undefined) {
      this.#setState(entry, 'lost');
    } else if (delay === 0) {
      this.#attempt(entry);
    } else {
      this.#timers.after(delay, () => {
        // Unless it was sent once more on request meanwhile: that attempt then decides what follows.
        if (entry.state === 'scheduled') this.#attempt(entry);
      });
      this.#setState(entry, 'scheduled');
    }
  }

  #setState(entry: Entry, state: Entry['state']): void {
    entry.state = state;
    if (this.#entries.length > this.#mostKept && isFinished(entry)) this.#dropOldest();
    this.#changed(entry.eventId);
  }

  #dropOldest(): void {
    const oldest = this.#entries.findIndex(isFinished);
    if (oldest >= 0) this.#entries.splice(oldest, 1);
  }
}

function isFinished({ state }: Entry): boolean {
  return state === 'acked' || state === 'lost';
}
