/** A server for Socket Mode that a test controls frame by frame. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Ack {
  envelope_id: string;
  payload: unknown;
}

/** One socket of a client. */
export class RawSocket {
  readonly acks: Ack[] = [];
  pings = 0;
  isClosed = false;

  constructor(
    private readonly socket: WebSocket,
    changed: () => void,
  ) {
    socket.on('error', () => {});
    socket.on('message', (data) => {
      this.acks.push(JSON.parse(Buffer.isBuffer(data) ? data.toString() : '') as Ack);
      changed();
    });
    socket.on('ping', () => {
      this.pings += 1;
      changed();
    });
    socket.on('close', () => {
      this.isClosed = true;
      changed();
    });
  }

  /** JSON, or with a text or bytes the frame itself. */
  send(frame: object | string | Buffer): void {
    this.socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  /** Sends a ping. Resolves with its answer: the client has read everything that was sent before. */
  pong(): Promise<void> {
    this.socket.ping();
    return new Promise((resolve) => {
      this.socket.once('pong', () => resolve());
    });
  }

  close(code = 1001, reason = ''): void {
    this.socket.close(code, reason);
  }

  /** Begins to close, and does not go on: the network connection stays open. */
  beginClose(): void {
    this.socket.close(1001);
    this.socket.pause();
  }

  get ackedIds(): string[] {
    return this.acks.map(({ envelope_id: id }) => id);
  }
}

/** How the next call of `apps.connections.open` is answered: `hang` never. */
export type OpenAnswer = 'hang' | { status?: number; headers?: Record<string, string>; body?: object };

export class RawSlack {
  readonly sockets: RawSocket[] = [];
  /** For the next calls; without one, each gets an address. */
  readonly openAnswers: OpenAnswer[] = [];
  /** For the next handshakes. `hang`: no answer; `mute`: accepted, but no hello. */
  readonly handshakes: ('hang' | 'mute' | number)[] = [];
  /** Arrived calls of `apps.connections.open`, and handshakes. */
  calls = 0;
  upgrades = 0;
  readonly #hung: (Duplex | ServerResponse)[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #wss = new WebSocketServer({ noServer: true, autoPong: false });
  readonly #server: Server;
  /** Whether pings are answered. */
  answersPings = true;

  private constructor() {
    this.#server = createServer((request, response) => {
      request.resume();
      this.calls += 1;
      this.#answer(response, this.openAnswers.shift() ?? {});
      this.#changed();
    });
    this.#server.on('upgrade', (request, stream: Duplex, head: Buffer) => {
      this.upgrades += 1;
      const how = this.handshakes.shift();
      stream.on('error', () => {});
      if (how === 'hang') this.#hung.push(stream);
      else if (typeof how === 'number') stream.end(`HTTP/1.1 ${how} No\r\ncontent-length: 0\r\n\r\n`);
      else
        this.#wss.handleUpgrade(request, stream, head, (socket) => {
          const raw = new RawSocket(socket, () => this.#changed());
          socket.on('ping', (data) => {
            if (this.answersPings) socket.pong(data);
          });
          this.sockets.push(raw);
          if (how !== 'mute') raw.send({ type: 'hello', num_connections: 1 });
          this.#changed();
        });
      this.#changed();
    });
  }

  static async start(): Promise<RawSlack> {
    const slack = new RawSlack();
    await new Promise<void>((resolve) => {
      slack.#server.listen(0, '127.0.0.1', resolve);
    });
    return slack;
  }

  get apiUrl(): string {
    return `http://${this.#host}/api/`;
  }

  get #host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resolves when `condition` is true; checked after everything that arrives. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  async stop(): Promise<void> {
    for (const client of this.#wss.clients) client.terminate();
    for (const hung of this.#hung) hung.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  #answer(response: ServerResponse, answer: OpenAnswer): void {
    if (answer === 'hang') {
      this.#hung.push(response);
      return;
    }
    const { status = 200, headers = {}, body = { ok: true, url: `ws://${this.#host}/link` } } = answer;
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  }

  #changed(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
