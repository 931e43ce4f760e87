import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../core/ports.js';

/** Changes within this time are sent together, and only the newest per topic. */
const BATCH_MS = 60;
/** https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const GOING_AWAY = 1001;

export interface FeedEvent {
  readonly name: 'state' | 'change' | 'views' | 'process' | 'observed' | 'rerun';
  readonly data: object;
}

/**
 * Pushes changes to every open page: first `state` with everything, then published events; each a `FeedEvent` in
 * JSON. WebSocket rather than server-sent events: those use up one of the six HTTP connections that a browser opens to
 * a host, so the sixth tab would have none left for requests.
 * https://developer.mozilla.org/en-US/docs/Web/API/EventSource
 */
export class Feed {
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #viewers = new Set<Viewer>();

  constructor(
    private readonly state: () => object,
    private readonly clock: Clock,
  ) {}

  /** Accepts a WebSocket upgrade request; the connection is kept until the page closes. */
  open(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, stream, head, (socket) => {
      const viewer = new Viewer(socket, this.clock);
      this.#viewers.add(viewer);
      // A broken connection also emits 'close'; without a listener 'error' would be thrown.
      socket.on('error', () => {});
      socket.once('close', () => {
        this.#viewers.delete(viewer);
        viewer.onClose();
      });
      void viewer.send({ name: 'state', data: this.state() });
    });
  }

  /** Queues an event. `build` is called when it is sent; a newer event of the same `topic` replaces it. */
  publish(topic: string, build: () => FeedEvent): void {
    for (const viewer of this.#viewers) viewer.publish(topic, build);
  }

  /** Closes every connection. Does not wait for pages that do not read. */
  close(): void {
    this.#server.close();
    const sockets = [...this.#server.clients];
    for (const socket of sockets) socket.close(GOING_AWAY, 'the playground stops');
    setImmediate(() => {
      for (const socket of sockets) socket.terminate();
    });
  }
}

class Viewer {
  readonly #queue = new Map<string, () => FeedEvent>();
  readonly #closed = new AbortController();
  #flushing = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly clock: Clock,
  ) {}

  onClose(): void {
    this.#closed.abort();
  }

  /** Resolves when the event was written to the socket, or the connection is closed. */
  send(event: FeedEvent): Promise<void> {
    return new Promise((resolve) => {
      this.socket.send(JSON.stringify(event), () => resolve());
    });
  }

  publish(topic: string, build: () => FeedEvent): void {
    this.#queue.set(topic, build);
    if (!this.#flushing) void this.#flush();
  }

  async #flush(): Promise<void> {
    const { signal } = this.#closed;
    this.#flushing = true;
    try {
      while (this.#queue.size > 0) {
        await this.clock.sleep(BATCH_MS, signal);
        const builders = [...this.#queue.values()];
        this.#queue.clear();
        // Backpressure: a slow page gets only the newest event per topic once it has read what was sent.
        await Promise.all(builders.map((build) => this.send(build())));
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#flushing = false;
    }
  }
}
