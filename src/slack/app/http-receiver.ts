/** Slack's payloads as signed HTTP requests. https://docs.slack.dev/apis/events-api/using-http-request-urls */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type App, HTTPModuleFunctions as bolt } from '@slack/bolt';
import { messageOf } from '../../core/errors.js';
import { portProblem } from '../../core/port-problem.js';
import type { Clock } from '../../core/ports.js';
import { settlesWithin } from '../../core/shutdown.js';
import { fieldsOf } from '../inbound/nodes.js';
import type { Deliveries, Outcome } from './deliveries.js';
import type { SeldomLog } from './seldom.js';

export interface HttpReceiverOptions {
  signingSecret: string;
  deliveries: Deliveries;
  seldom: SeldomLog;
  clock: Clock;
}

const EVENTS_PATH = '/slack/events';
/** Slack waits three seconds. https://docs.slack.dev/apis/events-api/#responding */
const ANSWER_MS = 2_500;
/** For a request to arrive whole. */
const REQUEST_MS = 5_000;
/** Longer than load balancers keep a connection, mostly 60 s: otherwise one may send a request just as it is closed. */
const KEEP_ALIVE_MS = 75_000;
const CHECK_REQUESTS_MS = 1_000;
const STATUS: Record<Exclude<Outcome, 'acked'>, number> = { failed: 500, refused: 404 };

export class HttpReceiver {
  private readonly server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      requestTimeout: REQUEST_MS,
      headersTimeout: REQUEST_MS,
      connectionsCheckingInterval: CHECK_REQUESTS_MS,
    },
    (request, response) => void this.handle(request, response),
  );
  private isStopping = false;

  constructor(private readonly options: HttpReceiverOptions) {
    // While it listens, for want of file descriptors for example: the next connection may be taken again.
    this.server.on('error', (error) => {
      if (this.connected) options.seldom.warn({ err: error }, 'cannot accept a connection from Slack');
    });
  }

  init(app: App): void {
    this.options.deliveries.init(app);
  }

  get connected(): boolean {
    return this.server.listening;
  }

  /** Rejects with an `Error` that names PORT if the port is taken. */
  start(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (error: NodeJS.ErrnoException): void => reject(portProblem('PORT', port, error));
      this.server.once('error', fail);
      this.server.listen(port, () => {
        this.server.off('error', fail);
        resolve();
      });
    });
  }

  /** Takes nothing new, and closes when what was taken has its answer. */
  async stop(): Promise<void> {
    this.isStopping = true;
    const { deliveries, clock } = this.options;
    // Of a server that is not listening, there is nothing to close.
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    await settlesWithin(ANSWER_MS, deliveries.idle(), clock);
    // What could not be stored gets its answer a moment later.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    this.server.closeAllConnections();
    await closed;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ''] = (request.url ?? '').split('?', 1);
    try {
      if (path === EVENTS_PATH && request.method === 'POST') await this.receive(request, response);
      else end(response, 404);
    } catch (error) {
      this.options.seldom.warn({ err: error }, 'cannot handle an HTTP request');
      end(response, 500);
    }
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await this.verified(request, response);
    if (text === undefined) return;
    const read = payloadIn(request.headers['content-type'] ?? '', text);
    if (!read) {
      this.options.seldom.warn({}, 'ignored a request from Slack: it is not JSON');
      return end(response, 400);
    }
    const { type, challenge, ssl_check: sslCheck } = fieldsOf(read.payload);
    if (sslCheck === '1') return end(response, 200);
    if (type === 'url_verification' && typeof challenge === 'string') {
      return bolt.buildUrlVerificationResponse(response, { challenge });
    }
    // Another process of the app may take it when Slack sends it again.
    if (this.isStopping) return end(response, 503);
    await this.take(read.payload, request, response);
  }

  private async take(payload: unknown, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { deliveries, clock, seldom } = this.options;
    const retryNum = bolt.extractRetryNumFromHTTPRequest(request);
    const retryReason = bolt.extractRetryReasonFromHTTPRequest(request);
    const retry = { ...(retryNum !== undefined && { retryNum }), ...(retryReason !== undefined && { retryReason }) };
    let isAcked = false;
    // A moment later: what the stored message sets off leaves first, such as the loading of its conversation.
    const ack = (answer?: unknown): void => {
      isAcked = true;
      setImmediate(() => {
        if (!response.headersSent) bolt.buildContentResponse(response, answer);
      });
    };
    const taken = async (): Promise<void> => {
      const outcome = await deliveries.take(payload, ack, retry);
      if (outcome !== 'acked') end(response, STATUS[outcome]);
    };
    if ((await settlesWithin(ANSWER_MS, taken(), clock)) || isAcked) return;
    seldom.warn({}, 'storing a payload takes too long: Slack will resend it');
    end(response, 500);
  }

  /** The body; undefined if the request was refused, since it is too large or its signature is not Slack's. */
  private async verified(request: IncomingMessage, response: ServerResponse): Promise<string | undefined> {
    const { signingSecret, seldom } = this.options;
    try {
      const bodyLimit = bolt.defaultBodyLimit;
      const options = { enabled: true, signingSecret, bodyLimit };
      return String((await bolt.parseAndVerifyHTTPRequest(options, request)).rawBody);
    } catch (error) {
      const isTooLarge = bolt.isRawBodyError(error) && error.statusCode === 413;
      seldom.warn(
        { reason: messageOf(error) },
        'refused an HTTP request: it is too large, or not signed with SLACK_SIGNING_SECRET',
      );
      // The rest of the body is not read.
      if (isTooLarge) response.setHeader('connection', 'close');
      return end(response, isTooLarge ? 413 : 401);
    }
  }
}

/** Does nothing if there is an answer. */
function end(response: ServerResponse, status: number): undefined {
  if (!response.headersSent) response.writeHead(status).end();
}

/** Events are JSON, commands a form, other interactions JSON in a form. Undefined if it cannot be read. */
function payloadIn(contentType: string, text: string): { payload: unknown } | undefined {
  try {
    if (!contentType.startsWith('application/x-www-form-urlencoded')) return { payload: JSON.parse(text) };
    const form = Object.fromEntries(new URLSearchParams(text));
    return { payload: form['payload'] === undefined ? form : JSON.parse(form['payload']) };
  } catch {
    // The caller says so.
    return undefined;
  }
}
