import { SimulatorUsageError } from './errors.js';
import type { Timers } from './timers.js';
import type { Json } from './types.js';

/** Slack retries at once, after one minute and after five. https://docs.slack.dev/apis/events-api/#retries */
const RETRY_DELAYS_MS = [0, 60_000, 300_000];
/** How long an event waits for a connection: the time its retries would take. Then it is lost. */
const UNCONNECTED_EXPIRY_MS = 360_000;

export type RetryReason = 'timeout' | 'http_timeout' | 'http_error' | 'connection_failed';

/** Result of one attempt. `final`: the receiver asked for no more retries. */
export type Outcome =
  /** `socket`: which one, in the order they were opened; undefined over HTTP. */
  | { readonly ok: true; readonly socket?: number }
  | { readonly ok: false; readonly reason: RetryReason; readonly final?: boolean; readonly socket?: number };

export interface Attempt {
  /** Send time, in milliseconds since the epoch. */
  readonly at: number;
  /** Time of the outcome, in milliseconds since the epoch; undefined while pending. */
  readonly endedAt?: number;
  readonly outcome: 'pending' | 'acked' | RetryReason;
  /** The socket it went over, in the order they were opened; undefined over HTTP, and while pending. */
  readonly socket?: number;
}

/** Delivery of an event. `waiting`: not connected; `scheduled`: a retry is due later; `lost`: no attempts left. */
export interface Delivery {
  readonly eventId: string;
  readonly payload: Json;
  readonly state: 'waiting' | 'sent' | 'scheduled' | 'acked' | 'lost';
  readonly attempts: readonly Attempt[];
}

/** Type of a Socket Mode envelope. */
export type EnvelopeType = 'events_api' | 'slash_commands' | 'interactive';

export interface Retry {
  readonly attempt: number;
  readonly reason: RetryReason;
}

/** Sends payloads to the app: Socket Mode or HTTP. */
export interface Transport {
  readonly connected: boolean;
  /**
   * Resolves when the receiver responds, disconnects or exceeds the three-second timeout. Never rejects.
   * @param type default `events_api`
   */
  send(payload: Json, retry?: Retry, type?: EnvelopeType): Promise<Outcome>;
}

interface Entry {
  eventId: string;
  payload: Json;
  state: Delivery['state'];
  attempts: { at: number; endedAt?: number; outcome: Attempt['outcome']; socket?: number }[];
}

/** Delivers events to the app and retries unacknowledged ones on Slack's schedule. */
export class Outbox {
  readonly #entries: Entry[] = [];
  readonly #transport: Transport;
  readonly #timers: Timers;
  readonly #maxKept: number;
  readonly #changed: (eventId: string) => void;
  #closed = false;

  /** @param maxKept number of deliveries above which the oldest acked or lost ones are dropped */
  constructor(transport: Transport, timers: Timers, maxKept: number, changed: (eventId: string) => void) {
    this.#transport = transport;
    this.#timers = timers;
    this.#maxKept = maxKept;
    this.#changed = changed;
  }

  /** The kept deliveries, oldest first. */
  get deliveries(): readonly Delivery[] {
    return this.#entries;
  }

  add(payload: Json): void {
    const entry: Entry = { eventId: String(payload['event_id']), payload, state: 'waiting', attempts: [] };
    this.#entries.push(entry);
    this.#attempt(entry);
  }

  /** Sends an event again, as a retry after a lost ack. @throws SimulatorUsageError for an unknown id */
  redeliver(eventId: string): void {
    const entry = this.#entries.find((known) => known.eventId === eventId);
    if (entry === undefined) throw new SimulatorUsageError(`no such event: ${eventId}`);
    this.#attempt(entry, 'timeout');
  }

  /** Like `redeliver`, for the newest event, if there is one. */
  redeliverLast(): void {
    const last = this.#entries.at(-1);
    if (last !== undefined) this.#attempt(last, 'timeout');
  }

  /** Sends waiting events, in order. Called when a client connects. */
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
    if (outcome.socket !== undefined) attempt.socket = outcome.socket;
    if (outcome.ok) {
      attempt.outcome = 'acked';
      this.#setState(entry, 'acked');
      return;
    }
    attempt.outcome = outcome.reason;
    // A redelivery may have been acknowledged while this earlier attempt timed out: no retry needed.
    if (entry.state === 'acked') return;
    const delay = outcome.final === true ? undefined : RETRY_DELAYS_MS[entry.attempts.length - 1];
    if (delay === undefined) {
      this.#setState(entry, 'lost');
    } else if (delay === 0) {
      this.#attempt(entry);
    } else {
      this.#timers.after(delay, () => {
        // Skip the retry if the event was redelivered in the meantime: that attempt decides what follows.
        if (entry.state === 'scheduled') this.#attempt(entry);
      });
      this.#setState(entry, 'scheduled');
    }
  }

  #setState(entry: Entry, state: Entry['state']): void {
    entry.state = state;
    if (this.#entries.length > this.#maxKept && isFinished(entry)) this.#dropOldest();
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
