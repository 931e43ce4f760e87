import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../core/ports.js';

/** Changes that come within this time are told at once: one look at a channel shows them all. */
const GATHERING_MS = 60;
/** https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const GOING_AWAY = 1001;

export interface FeedEvent {
  readonly name: 'state' | 'change' | 'process' | 'observed';
  readonly data: object;
}

/**
 * What changes, to every page that is open: first `state` with all there is, then what is told; each a `FeedEvent` in
 * JSON. By WebSocket, since server-sent events take one of the six connections that a browser opens to a host: the
 * sixth tab would have none left to ask by. https://developer.mozilla.org/en-US/docs/Web/API/EventSource
 */
export class Feed {
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #viewers = new Set<Viewer>();

  constructor(
    private readonly state: () => object,
    private readonly clock: Clock,
  ) {}

  /** Takes over the connection of a request to upgrade it, until the page is closed. */
  open(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, stream, head, (socket) => {
      const viewer = new Viewer(socket, this.clock);
      this.#viewers.add(viewer);
      // A broken connection reports itself by 'close' as well; without a listener 'error' would be thrown.
      socket.on('error', () => {});
      socket.once('close', () => {
        this.#viewers.delete(viewer);
        viewer.gone();
      });
      void viewer.send({ name: 'state', data: this.state() });
    });
  }

  /** `look` is called when the event is sent; of several about one `subject` only the newest is. */
  tell(subject: string, look: () => FeedEvent): void {
    for (const viewer of this.#viewers) viewer.tell(subject, look);
  }

  /** Every page learns that nothing more comes; whoever does not read it is not waited for. */
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
  readonly #untold = new Map<string, () => FeedEvent>();
  readonly #gone = new AbortController();
  #telling = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly clock: Clock,
  ) {}

  gone(): void {
    this.#gone.abort();
  }

  /** Resolves when the page has room for more, or is gone. */
  send(event: FeedEvent): Promise<void> {
    return new Promise((resolve) => {
      this.socket.send(JSON.stringify(event), () => resolve());
    });
  }

  tell(subject: string, look: () => FeedEvent): void {
    this.#untold.set(subject, look);
    if (!this.#telling) void this.#tellAll();
  }

  async #tellAll(): Promise<void> {
    const { signal } = this.#gone;
    this.#telling = true;
    try {
      while (this.#untold.size > 0) {
        await this.clock.sleep(GATHERING_MS, signal);
        const looks = [...this.#untold.values()];
        this.#untold.clear();
        // A page that does not keep up gets the newest when it has read what is under way, not all that was between.
        await Promise.all(looks.map((look) => this.send(look())));
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#telling = false;
    }
  }
}
