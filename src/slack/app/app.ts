import { App, HTTPReceiver, type Receiver, type ReceiverEvent, SocketModeReceiver } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Intake } from '../../conversation/intake.js';
import type { Logger } from '../../core/ports.js';
import { messageFrom } from '../inbound/events.js';
import { slackFailure } from '../web-api/failure.js';
import { boltLogger } from '../web-api/logging.js';
import { type SlackInstallation, SlackTokenError } from '../workspaces/installation.js';

const EVENTS_PATH = '/slack/events';
const RECONNECTING = { forever: true, factor: 1.5, minTimeout: 1_000, maxTimeout: 10_000, randomize: true };
const RECONNECT_CALL_MS = 10_000;

export interface SlackAppOptions {
  client: WebClient;
  installation: SlackInstallation;
  intake: Intake;
  allowExternalUsers: boolean;
  logger: Logger;
  /** Set: Socket Mode. */
  appToken?: string;
  signingSecret?: string;
  apiUrl?: string;
}

/**
 * Bolt acks an event before any of its listeners runs; here it is stored before Bolt sees it. A throw leaves it
 * unacked (Socket Mode) or answers 500 (HTTP), and Slack sends it again.
 */
export class SlackApp extends App {
  constructor(private readonly setup: SlackAppOptions) {
    const { installation, logger } = setup;
    super({
      receiver: receiverFor(setup),
      authorize: async () => installation,
      logger: boltLogger(logger),
      // Bolt's own store of conversations is of no use here.
      convoStore: false,
    });
  }

  /** Resolves when events come in: connected, or listening on `port`. Throws `SlackTokenError`. */
  async open(port: number): Promise<void> {
    try {
      await this.start(port);
    } catch (error) {
      const failure = slackFailure(error);
      if (failure.kind !== 'refused') throw error;
      const where = '"Basic Information", "App-Level Tokens"; it needs connections:write';
      throw new SlackTokenError(
        `Slack refuses SLACK_APP_TOKEN (${failure.code}). Copy it anew from your app's page, ${where}`,
        { cause: error },
      );
    }
  }

  override async processEvent(event: ReceiverEvent): Promise<void> {
    await this.take(event.body);
    await super.processEvent(event);
  }

  private async take(body: unknown): Promise<void> {
    const { intake, installation, allowExternalUsers } = this.setup;
    const event = messageFrom(body, { botUserId: installation.botUserId, allowExternalUsers });
    if (event?.kind === 'said') await intake.said(event.message);
    if (event?.kind === 'edited') {
      await intake.edited(event.message, event.editedTs, event.newlyAsks);
      // There it asks nothing: it is what the thread is about.
      if (event.below)
        await intake.edited({ ...event.message, conversation: event.below, addressed: 'open' }, event.editedTs, false);
    }
    if (event?.kind === 'deleted') {
      await intake.deleted(event.key, event.ts);
      if (event.below !== undefined) await intake.deleted(event.below, event.ts);
    }
  }
}

function receiverFor({ appToken, signingSecret, apiUrl, logger }: SlackAppOptions): Receiver {
  const log = boltLogger(logger);
  // A socket that breaks is opened anew: worth a warning. One that cannot be opened at all rejects.
  const socketLog = { ...log, error: (...parts: unknown[]) => log.warn(...parts) };
  const processEventErrorHandler = async ({ error }: { error: Error }): Promise<boolean> => {
    logger.error({ err: error }, 'an event could not be stored; Slack will send it again');
    return false;
  };
  if (appToken !== undefined) {
    // The default would try again ever more seldom, hours apart after a long outage.
    const clientOptions = {
      retryConfig: RECONNECTING,
      timeout: RECONNECT_CALL_MS,
      ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
    };
    return new SocketModeReceiver({
      appToken,
      logger: socketLog,
      installerOptions: { clientOptions },
      processEventErrorHandler,
    });
  }
  return new HTTPReceiver({
    signingSecret: signingSecret ?? '',
    endpoints: EVENTS_PATH,
    logger: log,
    processEventErrorHandler: async (args) => {
      // Bolt has answered by itself when storing took longer than three seconds.
      if (!args.response.headersSent) args.response.writeHead(500).end();
      return processEventErrorHandler(args);
    },
  });
}
