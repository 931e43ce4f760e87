/** How Slack's payloads come in: over Socket Mode, or over HTTP. */
import type { Receiver } from '@slack/bolt';
import type { Dispatcher } from 'undici';
import type { Clock, Logger } from '../../core/ports.js';
import { Deliveries } from './deliveries.js';
import { HttpReceiver } from './http-receiver.js';
import { SeldomLog } from './seldom.js';
import { SocketReceiver } from './socket-receiver.js';

export interface SlackReceiver extends Receiver {
  /** Whether Slack's payloads can come in now. */
  readonly connected: boolean;
}

export interface ReceiverOptions {
  /** Set: Socket Mode. */
  appToken?: string;
  /** Required for HTTP. */
  signingSecret?: string;
  apiUrl?: string;
  /** For calls that open a socket. */
  fetch?: typeof fetch;
  /** Opens the sockets of Socket Mode, through a proxy for example. */
  dispatcher?: Dispatcher;
  logger: Logger;
  /** Real time, in which Slack answers. */
  slackClock: Clock;
  /** Called if Slack refuses the app token while the app runs: trying again does not help. */
  onFatal?: (error: unknown) => void;
}

export function receiverFor(options: ReceiverOptions): SlackReceiver {
  const { appToken, signingSecret = '', logger, slackClock: clock } = options;
  const seldom = new SeldomLog(logger, clock);
  const shared = { ...options, clock, seldom, deliveries: new Deliveries(seldom) };
  return appToken === undefined
    ? new HttpReceiver({ ...shared, signingSecret })
    : new SocketReceiver({ ...shared, appToken });
}
