import { App, type ReceiverEvent } from '@slack/bolt';
import type { Clock } from '../../core/ports.js';
import type { SuggestedPrompt } from '../../core/settings.js';
import { isMessage } from '../inbound/first-look.js';
import { boltLogger } from '../web-api/logging.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import type { EventHandler } from './event-handler.js';
import type { Feature, FeatureServices } from './feature.js';
import type { Interactions } from './interactions.js';
import { type ReceiverOptions, receiverFor, type SlackReceiver } from './receivers.js';
import { SeldomLog } from './seldom.js';

export interface SlackAppOptions extends ReceiverOptions {
  workspaces: Workspaces;
  /** Store what must not be lost, in this order. */
  beforeAck: readonly EventHandler[];
  features: readonly Feature[];
  interactions: Interactions;
  /** For features. */
  services: FeatureServices;
  suggestedPrompts: readonly SuggestedPrompt[];
  clock: Pick<Clock, 'now'>;
}

/**
 * Bolt acknowledges an event before any of its listeners runs; here the handlers of `beforeAck` run first. If one
 * throws, the event stays unacknowledged (Socket Mode) or gets a 500 (HTTP): see `EventHandler`.
 */
export class SlackApp extends App {
  private readonly beforeAck: readonly EventHandler[];
  private readonly slack: SlackReceiver;
  private readonly seldom: SeldomLog;

  constructor({
    workspaces,
    beforeAck,
    features,
    interactions,
    suggestedPrompts,
    services,
    clock,
    ...options
  }: SlackAppOptions) {
    const { logger, fetch: fetchSlack = fetch } = options;
    const receiver = receiverFor(options);
    super({
      receiver,
      async authorize({ teamId, enterpriseId }) {
        const { client, bot } = await workspaces.of(teamId ?? enterpriseId ?? '');
        return { botToken: client.token ?? '', botId: bot.botId, botUserId: bot.userId, teamId: bot.teamId };
      },
      logger: boltLogger(logger),
      // Bolt's own store of conversations is not used.
      convoStore: false,
    });
    this.beforeAck = beforeAck;
    this.slack = receiver;
    this.seldom = new SeldomLog(logger, options.slackClock);
    // What must not be lost is stored by then: nothing that fails in Bolt's listeners may take back the ack.
    this.error(async (error) => logger.error({ err: error }, 'a listener failed'));
    const app = interactions.appFor(this);
    for (const feature of features)
      feature.register(app, { workspaces, services, suggestedPrompts, fetch: fetchSlack, clock, logger });
  }

  /** Whether events can come in now: over an open socket, or over HTTP. */
  get connected(): boolean {
    return this.slack.connected;
  }

  /** Resolves when events come in: connected, or listening on `port`. Throws `SlackTokenError`. */
  async open(port: number): Promise<void> {
    await this.start(port);
  }

  override async processEvent(event: ReceiverEvent): Promise<void> {
    for (const handler of this.beforeAck) await handler.handle(event.body);
    // No listener of Bolt's hears them, and most events are of these kinds.
    if (isMessage(event.body)) return event.ack();
    try {
      await super.processEvent(event);
    } catch (error) {
      // Of an interaction, `interactions` has stored or told everything: Bolt's listener would only acknowledge it.
      if ('event' in event.body) {
        this.seldom.warn({ err: error }, 'Bolt cannot read a payload: no listener gets it');
      }
      await event.ack();
    }
  }
}
