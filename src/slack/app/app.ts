import { App, type ReceiverEvent } from '@slack/bolt';
import type { Clock } from '../../core/ports.js';
import type { SuggestedPrompt } from '../../core/settings.js';
import { refusalCode } from '../web-api/failure.js';
import { boltLogger } from '../web-api/logging.js';
import { SlackTokenError } from '../workspaces/single.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import type { EventHandler } from './event-handler.js';
import type { Feature } from './feature.js';
import type { Interactions } from './interactions.js';
import { type ReceiverOptions, receiverFor } from './receivers.js';

export interface SlackAppOptions extends ReceiverOptions {
  workspaces: Workspaces;
  /** Store what must not be lost, in this order. */
  beforeAck: readonly EventHandler[];
  features: readonly Feature[];
  interactions: Interactions;
  /** For features. */
  suggestedPrompts: readonly SuggestedPrompt[];
  clock: Pick<Clock, 'now'>;
}

/**
 * Bolt acknowledges an event before any of its listeners runs; here the handlers of `beforeAck` run first. If one
 * throws, the event stays unacknowledged (Socket Mode) or gets a 500 (HTTP): see `EventHandler`.
 */
export class SlackApp extends App {
  private readonly beforeAck: readonly EventHandler[];

  constructor({
    workspaces,
    beforeAck,
    features,
    interactions,
    suggestedPrompts,
    clock,
    ...receiver
  }: SlackAppOptions) {
    const { logger, fetch: fetchSlack = fetch } = receiver;
    super({
      receiver: receiverFor(receiver),
      async authorize({ teamId, enterpriseId }) {
        const { client, bot } = await workspaces.of(teamId ?? enterpriseId ?? '');
        return { botToken: client.token ?? '', botId: bot.botId, botUserId: bot.userId, teamId: bot.teamId };
      },
      logger: boltLogger(logger),
      // Bolt's own store of conversations is not used.
      convoStore: false,
    });
    this.beforeAck = beforeAck;
    const app = interactions.appFor(this);
    for (const feature of features)
      feature.register(app, { workspaces, suggestedPrompts, fetch: fetchSlack, clock, logger });
  }

  /** Resolves when events come in: connected, or listening on `port`. Throws `SlackTokenError`. */
  async open(port: number): Promise<void> {
    try {
      await this.start(port);
    } catch (error) {
      const code = refusalCode(error);
      if (code === undefined) throw error;
      const where = '"Basic Information", "App-Level Tokens"; it needs connections:write';
      const message = `Slack refuses SLACK_APP_TOKEN (${code}). Copy it again from your app's page, ${where}`;
      throw new SlackTokenError(message, { cause: error });
    }
  }

  override async processEvent(event: ReceiverEvent): Promise<void> {
    for (const handler of this.beforeAck) await handler.handle(event.body);
    await super.processEvent(event);
  }
}
