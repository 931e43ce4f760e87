/**
 * Slack's payloads over Socket Mode. One socket is open, and for a moment two: when Slack announces that it renews one, the
 * next is opened before the old one is closed.
 */
import type { App } from '@slack/bolt';
import { Agent, type Dispatcher } from 'undici';
import type { Clock, Logger } from '../../core/ports.js';
import { backoffMs } from '../../core/retry-policy.js';
import { settlesWithin } from '../../core/shutdown.js';
import type { Fields } from '../inbound/nodes.js';
import { slackClient } from '../web-api/client.js';
import { SlackTokenError } from '../workspaces/single.js';
import type { Deliveries } from './deliveries.js';
import type { SeldomLog } from './seldom.js';
import { SocketConnection } from './socket-connection.js';
import { SocketStory } from './socket-story.js';
import { NoTicketError, socketUrl, tokenRefusal } from './socket-tickets.js';

export interface SocketReceiverOptions {
  appToken: string;
  apiUrl?: string;
  fetch?: typeof fetch;
  dispatcher?: Dispatcher;
  deliveries: Deliveries;
  seldom: SeldomLog;
  logger: Logger;
  clock: Clock;
  onFatal?: (error: unknown) => void;
}

const BACKOFF = { firstMs: 1_000, longestMs: 10_000 };
/** A socket that did not live this long counts as a failed attempt: opening the next one at once could go on forever. */
const STABLE_MS = 10_000;
/** How long an old socket is read after the next one is open: Slack may have sent something. */
const OVERLAP_MS = 10_000;
/** For what is being stored to get its ack. */
const LAST_ACKS_MS = 2_000;
const ENVELOPES = new Set(['events_api', 'interactive', 'slash_commands']);
/** Slack's have 36 characters. */
const MAX_ID_LENGTH = 1_000;

export class SocketReceiver {
  private readonly client;
  private readonly dispatcher: Dispatcher;
  private readonly story: SocketStory;
  private readonly sockets = new Set<SocketConnection>();
  private readonly stopping = new AbortController();
  /** Attempts in a row that have led to no stable socket. */
  private failures = 0;

  constructor(private readonly options: SocketReceiverOptions) {
    const { appToken, apiUrl, fetch, dispatcher, logger, seldom, clock } = options;
    this.client = slackClient(appToken, apiUrl, logger, fetch);
    this.dispatcher = dispatcher ?? new Agent();
    this.story = new SocketStory(logger, seldom, clock);
  }

  init(app: App): void {
    this.options.deliveries.init(app);
  }

  get connected(): boolean {
    return [...this.sockets].some(({ isOpen }) => isOpen);
  }

  /** Resolves when Slack has said hello, however long that takes. Throws `SlackTokenError`; rejects when it is stopped. */
  async start(): Promise<void> {
    const first = await this.connect();
    this.story.opened();
    void this.stayConnected(first).catch((error: unknown) => {
      if (!this.stopping.signal.aborted) this.options.onFatal?.(error);
    });
  }

  /** Takes nothing new, and closes the sockets as soon as what was taken has its ack. */
  async stop(): Promise<void> {
    this.stopping.abort(new Error('the connection to Slack was stopped'));
    for (const socket of this.sockets) socket.deafen();
    await settlesWithin(LAST_ACKS_MS, this.options.deliveries.idle(), this.options.clock);
    for (const socket of this.sockets) socket.close('stopped');
  }

  /** Throws `SlackTokenError`; rejects when it is stopped. */
  private async stayConnected(first: SocketConnection): Promise<never> {
    let current = first;
    for (;;) {
      const openSince = this.options.clock.now();
      const { reason, isOver } = await current.leaving;
      if (!isOver) this.story.leaving(reason);
      this.failures = this.options.clock.now() - openSince < STABLE_MS ? this.failures + 1 : 0;
      if (this.failures > 0) await this.pause();
      const next = await this.connect();
      this.story.opened();
      void this.retire(current);
      current = next;
    }
  }

  private async connect(): Promise<SocketConnection> {
    for (;;) {
      this.stopping.signal.throwIfAborted();
      try {
        return await this.open();
      } catch (error) {
        this.stopping.signal.throwIfAborted();
        const code = tokenRefusal(error);
        if (code !== undefined) throw refusedToken(code, error);
        this.failures += 1;
        await this.pause(error);
      }
    }
  }

  /** Rejects when it is stopped. `error`: what the last attempt has failed with. */
  private async pause(error?: unknown): Promise<void> {
    const { clock } = this.options;
    const asked = error instanceof NoTicketError ? error.afterMs : 0;
    const pauseMs = Math.max(asked, backoffMs(BACKOFF, this.failures, Math.random()));
    if (error !== undefined) this.story.failed(error, pauseMs);
    await clock.sleep(pauseMs, this.stopping.signal);
  }

  private async open(): Promise<SocketConnection> {
    const { clock, seldom } = this.options;
    const url = await socketUrl(this.client, clock);
    this.stopping.signal.throwIfAborted();
    const socket: SocketConnection = new SocketConnection(url, {
      dispatcher: this.dispatcher,
      clock,
      onFrame: (frame) => this.receive(frame, socket),
      onUnreadable: () => seldom.warn({}, 'ignored a frame from Slack: it is not a JSON object'),
    });
    this.sockets.add(socket);
    void this.seeOff(socket);
    try {
      await socket.open();
    } catch (error) {
      socket.close('given up');
      throw error;
    }
    return socket;
  }

  private async seeOff(socket: SocketConnection): Promise<void> {
    const { reason } = await socket.closed;
    this.sockets.delete(socket);
    if (socket.isGreeted && !this.connected && !this.stopping.signal.aborted) this.story.lost(reason);
  }

  /** Slack closes an old socket itself, some seconds after it has announced that. */
  private async retire(socket: SocketConnection): Promise<void> {
    const { clock, deliveries } = this.options;
    await settlesWithin(OVERLAP_MS, socket.closed, clock);
    socket.deafen();
    await settlesWithin(LAST_ACKS_MS, deliveries.idle(), clock);
    socket.close('Slack has renewed it');
  }

  private receive(frame: Fields, socket: SocketConnection): void {
    const { deliveries, seldom, logger } = this.options;
    const {
      envelope_id: id,
      type,
      payload,
      accepts_response_payload: takesAnswer,
      retry_attempt,
      retry_reason,
    } = frame;
    if (typeof id !== 'string' || id === '' || id.length > MAX_ID_LENGTH) {
      return seldom.warn({}, 'ignored a frame from Slack: it has no usable envelope_id');
    }
    const ack = (answer?: unknown): void => {
      const given = typeof answer === 'string' ? { text: answer } : answer;
      const sent = socket.send(JSON.stringify({ envelope_id: id, payload: (takesAnswer === true && given) || {} }));
      if (!sent) logger.debug({}, 'cannot send an ack, its socket is closed: Slack will resend the event');
    };
    if (typeof type !== 'string' || !ENVELOPES.has(type)) {
      seldom.warn({}, 'ignored an envelope from Slack: its type is unknown');
      return ack();
    }
    void deliveries.take(payload, ack, {
      ...(typeof retry_attempt === 'number' && { retryNum: retry_attempt }),
      ...(typeof retry_reason === 'string' && { retryReason: retry_reason }),
    });
  }
}

function refusedToken(code: string, cause: unknown): SlackTokenError {
  const where = '"Basic Information", "App-Level Tokens"; it needs connections:write';
  return new SlackTokenError(`Slack refuses SLACK_APP_TOKEN (${code}). Copy it again from your app's page, ${where}`, {
    cause,
  });
}
