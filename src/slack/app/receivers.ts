/** How Slack's payloads come in: over Socket Mode, or over HTTP. */
import { HTTPReceiver, type Receiver, SocketModeReceiver } from '@slack/bolt';
import type { Dispatcher } from 'undici';
import type { Logger } from '../../core/ports.js';
import { boltLogger } from '../web-api/logging.js';

const EVENTS_PATH = '/slack/events';
/** The default would wait ever longer, hours after a long outage. */
const RECONNECT_POLICY = { forever: true, factor: 1.5, minTimeout: 1_000, maxTimeout: 10_000, randomize: true };
const RECONNECT_CALL_MS = 10_000;

export interface ReceiverOptions {
  /** Set: Socket Mode. */
  appToken?: string;
  /** Required for HTTP. */
  signingSecret?: string;
  apiUrl?: string;
  /** For calls that open a socket. */
  fetch?: typeof fetch;
  /** For the socket. Default: none in between. */
  dispatcher?: Dispatcher;
  logger: Logger;
}

export function receiverFor(options: ReceiverOptions): Receiver {
  return options.appToken === undefined ? httpReceiver(options) : socketReceiver(options.appToken, options);
}

function socketReceiver(appToken: string, { apiUrl, fetch, dispatcher, logger }: ReceiverOptions): Receiver {
  const log = boltLogger(logger);
  const clientOptions = {
    retryConfig: RECONNECT_POLICY,
    timeout: RECONNECT_CALL_MS,
    ...(fetch && { fetch }),
    ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
  };
  return new SocketModeReceiver({
    appToken,
    // A broken socket is reopened: worth a warning. If the first one cannot be opened, `start` rejects.
    logger: { ...log, error: (...parts: unknown[]) => log.warn(...parts) },
    installerOptions: { clientOptions },
    ...(dispatcher && { dispatcher }),
    processEventErrorHandler: async ({ error }) => reportUnstored(error, logger),
  });
}

function httpReceiver({ signingSecret = '', logger }: ReceiverOptions): Receiver {
  return new HTTPReceiver({
    signingSecret,
    endpoints: EVENTS_PATH,
    logger: boltLogger(logger),
    processEventErrorHandler: async ({ error, response }) => {
      // Bolt itself answers when storing takes longer than three seconds.
      if (!response.headersSent) response.writeHead(500).end();
      return reportUnstored(error, logger);
    },
  });
}

/** False: no ack. */
function reportUnstored(error: Error, logger: Logger): boolean {
  logger.error(
    { err: error },
    'cannot take this in; Slack sends an event again, and tells the person if it was a command or a button',
  );
  return false;
}
