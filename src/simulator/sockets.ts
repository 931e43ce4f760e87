import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { EnvelopeType, Outcome, Retry, Transport } from './delivery.js';
import type { Faults } from './faults.js';
import type { Timers } from './timers.js';
import type { Json } from './types.js';

/**
 * Not documented for Socket Mode; this is the limit for HTTP events. https://docs.slack.dev/apis/events-api/#responding
 */
const ACK_TIMEOUT_MS = 3000;
/** https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const GOING_AWAY = 1001;
/** Slack announces that it renews a socket, and closes it some seconds later; how many is not documented. */
const REFRESH_MS = 5000;
/** Real time even under a manual clock: a dead client must not block `close`. */
const CLOSE_TIMEOUT_MS = 1000;

interface PendingAck {
  readonly socket: WebSocket;
  readonly settle: (outcome: Outcome) => void;
}

/**
 * Socket Mode server: tickets, sockets, envelopes and acks. https://docs.slack.dev/apis/events-api/using-socket-mode
 */
export class Sockets implements Transport {
  readonly #server = new WebSocketServer({ noServer: true, autoPong: false });
  readonly #tickets = new Set<string>();
  /** Round-robin: the next envelope goes to the first socket, which then moves to the end. */
  readonly #open: WebSocket[] = [];
  /** Those that clients were asked to replace. The last one gets events while no other is open. */
  readonly #leaving: WebSocket[] = [];
  /** Half-open ones: nothing is sent to them, and nothing that they send is read. */
  readonly #silent = new Set<WebSocket>();
  /** Connections whose handshake gets no answer. */
  readonly #hung = new Set<Duplex>();
  /** Counts the sockets ever opened, from 1. */
  readonly #numbers = new WeakMap<WebSocket, number>();
  #opened = 0;
  readonly #pending = new Map<string, PendingAck>();
  readonly #timers: Timers;
  readonly #appId: string;
  readonly #faults: Faults;
  readonly #changed: () => void;

  constructor(timers: Timers, appId: string, faults: Faults, changed: () => void) {
    this.#timers = timers;
    this.#appId = appId;
    this.#faults = faults;
    this.#changed = changed;
  }

  get connected(): boolean {
    return this.#open.length + this.#leaving.length > 0;
  }

  /** Without those that clients were asked to replace. */
  get count(): number {
    return this.#open.length;
  }

  /** Path and query of a WebSocket URL. Its ticket is valid for one connection. */
  issueTicket(): string {
    const ticket = randomUUID();
    this.#tickets.add(ticket);
    return `/link/?ticket=${ticket}&app_id=${this.#appId}`;
  }

  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '';
    if (!this.#tickets.delete(ticket)) {
      stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const fault = this.#faults.takeSocket();
    if (fault === 'hang') {
      this.#hung.add(stream);
      stream.on('error', () => {}).on('close', () => this.#hung.delete(stream));
      return;
    }
    this.#server.handleUpgrade(request, stream, head, (socket) => {
      if (fault === 'silent') this.#silent.add(socket);
      this.#onOpen(socket);
    });
  }

  send(payload: Json, retry?: Retry, type: EnvelopeType = 'events_api'): Promise<Outcome> {
    const next = this.#open.shift();
    if (next !== undefined) this.#open.push(next);
    const socket = next ?? this.#leaving.at(-1);
    if (socket === undefined) return Promise.resolve({ ok: false, reason: 'connection_failed' });
    const envelopeId = randomUUID();
    return new Promise((resolve) => {
      const cancel = this.#timers.after(ACK_TIMEOUT_MS, () => settle({ ok: false, reason: 'timeout' }));
      const settle = (outcome: Outcome): void => {
        cancel();
        this.#pending.delete(envelopeId);
        const number = this.#numbers.get(socket);
        resolve({ ...outcome, ...(number !== undefined && { socket: number }) });
      };
      this.#pending.set(envelopeId, { socket, settle });
      this.#sendJson(socket, {
        envelope_id: envelopeId,
        payload,
        type,
        accepts_response_payload: type !== 'events_api',
        ...(type === 'events_api' && { retry_attempt: retry?.attempt ?? 0, retry_reason: retry?.reason ?? '' }),
      });
    });
  }

  /** Asks every client to reconnect, as Slack does every few hours, and closes the old sockets after `closeAfterMs`. */
  refresh(closeAfterMs: number = REFRESH_MS): void {
    for (const socket of this.#open.splice(0)) {
      this.#leaving.push(socket);
      this.#sendJson(socket, { type: 'disconnect', reason: 'refresh_requested', debug_info: { host: 'simulator' } });
      this.#timers.after(closeAfterMs, () => socket.close(GOING_AWAY));
    }
    this.#changed();
  }

  /** Makes every socket half-open: it stays, without a sign of life. Its events are not acknowledged. */
  silence(): void {
    for (const socket of this.#open) this.#silent.add(socket);
  }

  /** Terminates every connection without a close frame. */
  drop(): void {
    // None of them gets an event that belongs to the next connection.
    this.#open.length = 0;
    this.#leaving.length = 0;
    for (const socket of this.#server.clients) socket.terminate();
  }

  /** Closes every socket with a close handshake, and terminates those that do not complete it in time. */
  async close(): Promise<void> {
    this.#tickets.clear();
    for (const stream of this.#hung) stream.destroy();
    const clients = [...this.#server.clients];
    const closed = clients.map(
      (socket) =>
        new Promise<void>((resolve) => {
          socket.once('close', () => resolve());
          socket.close(GOING_AWAY, 'simulator stopped');
        }),
    );
    const timeout = setTimeout(() => this.drop(), CLOSE_TIMEOUT_MS);
    await Promise.all(closed);
    clearTimeout(timeout);
    this.#server.close();
  }

  #onOpen(socket: WebSocket): void {
    this.#opened += 1;
    this.#numbers.set(socket, this.#opened);
    socket.on('message', (data) => this.#acknowledge(socket, Buffer.isBuffer(data) ? data.toString() : ''));
    // A broken connection also emits 'close'. Without this listener, 'error' would be thrown.
    socket.on('error', () => {});
    socket.on('close', () => this.#onClose(socket));
    socket.on('ping', (data) => {
      if (!this.#silent.has(socket)) socket.pong(data);
    });
    if (this.#silent.has(socket)) return;
    this.#sendJson(socket, {
      type: 'hello',
      num_connections: this.#open.length + 1,
      debug_info: { host: 'simulator', build_number: 1, approximate_connection_time: 18_060 },
      connection_info: { app_id: this.#appId },
    });
    this.#open.push(socket);
    this.#changed();
  }

  #sendJson(socket: WebSocket, message: Json): void {
    if (!this.#silent.has(socket)) socket.send(JSON.stringify(message));
  }

  #acknowledge(socket: WebSocket, data: string): void {
    if (this.#silent.has(socket)) return;
    const envelopeId = envelopeIdOf(data);
    const pending = envelopeId === undefined ? undefined : this.#pending.get(envelopeId);
    if (pending?.socket === socket) pending.settle({ ok: true });
  }

  #onClose(socket: WebSocket): void {
    for (const list of [this.#open, this.#leaving]) {
      const index = list.indexOf(socket);
      if (index >= 0) list.splice(index, 1);
    }
    this.#silent.delete(socket);
    for (const pending of this.#pending.values()) {
      if (pending.socket === socket) pending.settle({ ok: false, reason: 'connection_failed' });
    }
    this.#changed();
  }
}

function envelopeIdOf(data: string): string | undefined {
  try {
    const ack: unknown = JSON.parse(data);
    if (typeof ack !== 'object' || ack === null || !('envelope_id' in ack)) return undefined;
    return typeof ack.envelope_id === 'string' ? ack.envelope_id : undefined;
  } catch {
    // Slack ignores malformed messages; the event then counts as not acknowledged.
    return undefined;
  }
}
