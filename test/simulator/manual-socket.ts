import { WebSocket } from 'ws';
import type { Json, Simulator } from '../../src/simulator/index.js';
import { clientOf } from './support.js';

/** A socket client controlled by the test: it does not acknowledge anything by itself. */
export class ManualSocket {
  readonly envelopes: Json[] = [];
  readonly others: Json[] = [];
  readonly #socket: WebSocket;

  constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.#socket.on('error', () => {});
    this.#socket.on('message', (data) => {
      const message = JSON.parse(Buffer.isBuffer(data) ? data.toString() : '') as Json;
      (message['type'] === 'events_api' ? this.envelopes : this.others).push(message);
      this.#socket.emit('kept');
    });
  }

  /** Resolves when `condition` is true; checked after every message. */
  async waitFor(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise((resolve) => {
        this.#socket.once('kept', resolve);
      });
    }
  }

  ack(envelope: Json | undefined): void {
    this.#socket.send(JSON.stringify({ envelope_id: envelope?.['envelope_id'], payload: {} }));
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  close(): void {
    this.#socket.close();
  }

  get isConnecting(): boolean {
    return this.#socket.readyState === WebSocket.CONNECTING;
  }

  opened(): Promise<void> {
    return this.#once('open');
  }

  closed(): Promise<void> {
    return this.#once('close');
  }

  /** Sends a ping. Resolves with the answer to it. */
  pong(): Promise<void> {
    this.#socket.ping();
    return this.#once('pong');
  }

  #once(event: 'open' | 'close' | 'pong'): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.once(event, () => resolve());
    });
  }

  /** Resolves with the HTTP status of a rejected connection. */
  rejection(): Promise<number | undefined> {
    return new Promise((resolve) => {
      this.#socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
    });
  }
}

export async function socketUrl(slack: Simulator): Promise<string> {
  return (await clientOf(slack, slack.appToken).apps.connections.open()).url ?? '';
}

export async function connect(slack: Simulator): Promise<ManualSocket> {
  const before = slack.socketCount;
  const socket = new ManualSocket(await socketUrl(slack));
  await slack.until(() => slack.socketCount > before);
  if (socket.isConnecting) await socket.opened();
  return socket;
}
