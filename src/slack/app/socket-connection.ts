/** One socket of Socket Mode. https://docs.slack.dev/apis/events-api/using-socket-mode */
import type { Socket } from 'node:net';
import { DecoratorHandler, type Dispatcher, type MessageEvent, ping, WebSocket } from 'undici';
import type { Clock } from '../../core/ports.js';
import { settlesWithin } from '../../core/shutdown.js';
import { type Fields, fieldsOf, stringOf } from '../inbound/nodes.js';

/** From the first packet to Slack's hello. */
const HANDSHAKE_MS = 8_000;
/** A socket on which nothing came, not even an answer to a ping, is noticed within ten seconds. */
const PING_EVERY_MS = 2_500;
const MAX_SILENT_PINGS = 3;
const NORMAL_CLOSURE = 1000;
const ABNORMAL_CLOSURE = 1006;

export interface SocketOptions {
  dispatcher: Dispatcher;
  clock: Clock;
  /** Every frame that is a JSON object, except those about the connection itself. Must not throw. */
  onFrame: (frame: Fields) => void;
  /** Any other frame. */
  onUnreadable: () => void;
}

/** Why a socket is about to end, or has ended. `isOver`: it has. */
export interface Ending {
  reason: string;
  isOver: boolean;
}

export class SocketConnection {
  /** Settles as soon as Slack announces the end, at the latest when the socket has ended. */
  readonly leaving: Promise<Ending>;
  readonly closed: Promise<Ending>;
  private announce!: (ending: Ending) => void;
  private settle!: (ending: Ending) => void;
  private greet!: () => void;
  private readonly greeted = new Promise<void>((resolve) => {
    this.greet = resolve;
  });
  private readonly socket: WebSocket;
  /** The network connection; undefined before the handshake is answered. */
  private wire: Socket | undefined;
  /** What went wrong below the WebSocket, which tells nothing of it. */
  private problem: string | undefined;
  private readonly over = new AbortController();
  private isDeaf = false;
  isGreeted = false;

  /** Begins to connect. Throws if `url` is not a URL. */
  constructor(
    url: string,
    private readonly options: SocketOptions,
  ) {
    this.leaving = new Promise((resolve) => {
      this.announce = resolve;
    });
    this.closed = new Promise((resolve) => {
      this.settle = resolve;
    });
    this.socket = new WebSocket(url, { dispatcher: options.dispatcher.compose(this.watchWire()) });
    this.socket.binaryType = 'arraybuffer';
    this.socket.addEventListener('message', (event) => this.read(event));
    this.socket.addEventListener('close', ({ code, reason }) => this.end(this.reasonOf(code, reason)));
  }

  get isOpen(): boolean {
    return this.isGreeted && this.takesFrames;
  }

  /** Resolves when Slack has said hello. Rejects with the reason if it does not in time. */
  async open(): Promise<void> {
    const refused = this.leaving.then(({ reason }) => {
      throw new Error(reason);
    });
    const inTime = await settlesWithin(HANDSHAKE_MS, Promise.race([this.greeted, refused]), this.options.clock);
    if (inTime) return;
    const reason = `no answer to the handshake in ${HANDSHAKE_MS / 1_000} seconds`;
    this.close(reason);
    throw new Error(reason);
  }

  /** Slack may have begun to close it: then nothing that is sent arrives, though it has not ended. */
  private get takesFrames(): boolean {
    return this.socket.readyState === WebSocket.OPEN && !this.over.signal.aborted;
  }

  /** False if the socket has ended, or is about to. */
  send(text: string): boolean {
    if (!this.takesFrames) return false;
    this.socket.send(text);
    return true;
  }

  /** Takes no more frames. */
  deafen(): void {
    this.isDeaf = true;
  }

  /**
   * Ends at once, without waiting for an answer to the close frame: a silent peer never sends one, and Slack leaves the
   * network connection open after it.
   */
  close(reason: string): void {
    if (this.over.signal.aborted) return;
    this.socket.close(NORMAL_CLOSURE);
    this.end(reason);
    this.wire?.destroySoon();
  }

  private read({ data }: MessageEvent): void {
    if (this.isDeaf || this.over.signal.aborted) return;
    const frame = typeof data === 'string' ? objectIn(data) : undefined;
    if (!frame) return this.options.onUnreadable();
    if (frame['type'] === 'hello') {
      if (this.isGreeted) return;
      this.isGreeted = true;
      void this.watchSilence().catch(() => {});
      return this.greet();
    }
    if (frame['type'] === 'disconnect') return this.announce({ reason: stringOf(frame['reason']), isOver: false });
    this.options.onFrame(frame);
  }

  /** Ends the socket when Slack has fallen silent. Rejects when it has ended. */
  private async watchSilence(): Promise<void> {
    let bytes = 0;
    for (let silent = 0; silent < MAX_SILENT_PINGS;) {
      // Counted in pings: after a process stood still, what has arrived meanwhile is read before the next one.
      await this.options.clock.sleep(PING_EVERY_MS, this.over.signal);
      const received = this.wire?.bytesRead ?? 0;
      silent = received === bytes ? silent + 1 : 0;
      bytes = received;
      ping(this.socket);
    }
    this.close('Slack has fallen silent');
  }

  private end(reason: string): void {
    if (this.over.signal.aborted) return;
    this.over.abort(new Error(reason));
    const ending = { reason, isOver: true };
    this.announce(ending);
    this.settle(ending);
  }

  private reasonOf(code: number, reason: string): string {
    if (this.problem !== undefined) return this.problem;
    if (code === ABNORMAL_CLOSURE) return 'the connection broke';
    return `closed by Slack with code ${code}${reason === '' ? '' : ` (${reason})`}`;
  }

  /** undici's WebSocket shows neither its network connection nor why a handshake failed. */
  private watchWire(): Dispatcher.DispatcherComposeInterceptor {
    return (dispatch) => (options, given) => {
      const handler: Dispatcher.DispatchHandler = new DecoratorHandler(given);
      const passUpgrade = handler.onRequestUpgrade?.bind(handler);
      const passStart = handler.onResponseStart?.bind(handler);
      const passError = handler.onResponseError?.bind(handler);
      handler.onRequestUpgrade = (controller, status, headers, wire) => {
        this.wire = wire as Socket;
        passUpgrade?.(controller, status, headers, wire);
      };
      handler.onResponseStart = (controller, status, ...rest) => {
        this.problem = `the handshake was answered with HTTP ${status}`;
        passStart?.(controller, status, ...rest);
      };
      handler.onResponseError = (controller, error) => {
        this.problem ??= error.message;
        passError?.(controller, error);
      };
      return dispatch(options, handler);
    };
  }
}

/** The JSON object in `text`, if it is one. */
function objectIn(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? fieldsOf(value) : undefined;
  } catch {
    // The caller says so.
    return undefined;
  }
}
