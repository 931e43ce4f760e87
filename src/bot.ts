/** Puts the bot together. */
import { filesFor } from './bot/files.js';
import { promptsFor } from './bot/prompts.js';
import { stopAll } from './bot/stop.js';
import type { Config } from './config/config.js';
import { channelIntake } from './conversation/channel.js';
import { createIntake } from './conversation/intake.js';
import { createResponder, type ResponderOptions } from './conversation/responder.js';
import type { ConversationKey } from './core/conversation-id.js';
import type { Conversation } from './core/conversation.js';
import type { Observe } from './core/observation.js';
import type {
  ChannelStore,
  Clock,
  ConversationStore,
  Logger,
  Model,
  OwnerUsage,
  Replies,
  RequestQueue,
  WakeHandler,
  WorkQueue,
} from './core/ports.js';
import { settlesWithin } from './core/shutdown.js';
import { english } from './messages/english.js';
import { openAiModel } from './openai/model.js';
import { systemClock } from './ops/clock.js';
import { healthServer } from './ops/health.js';
import { networkFor } from './ops/network.js';
import { type Compactor, type CompactorOptions, createCompactor } from './prompt/compactor.js';
import { thresholdsFor } from './prompt/summary.js';
import { SlackApp } from './slack/app/app.js';
import type { Feature } from './slack/app/feature.js';
import { fileEvents } from './slack/app/file-events.js';
import { interactions } from './slack/app/interactions.js';
import { BASE_NEEDS, COMMAND, manifest } from './slack/app/manifest.js';
import { messages } from './slack/app/messages.js';
import { isDirectMessage } from './slack/channels.js';
import { help } from './slack/features/help.js';
import { suggestedPrompts } from './slack/features/suggested-prompts.js';
import { threadReader } from './slack/inbound/thread.js';
import { slackEphemeral } from './slack/outbound/ephemeral.js';
import { slackReplies } from './slack/outbound/replies.js';
import { ThreadStatuses } from './slack/outbound/status.js';
import { Stops } from './slack/outbound/stops.js';
import { slackClient } from './slack/web-api/client.js';
import { lookUpAhead } from './slack/workspaces/look-up-ahead.js';
import { type Organization, slackOrganization } from './slack/workspaces/organization.js';
import { slackPeople, type SlackPeople } from './slack/workspaces/people.js';
import { slackPlaces, type SlackPlaces } from './slack/workspaces/places.js';
import { singleWorkspace } from './slack/workspaces/single.js';
import type { Workspaces } from './slack/workspaces/workspaces.js';
import { createKeptStores, createStorage, type StorageKind, type SweepTimes } from './storage.js';
import { meter } from './usage/metering.js';
import { pseudonyms } from './usage/pseudonyms.js';

export { createKeptStores, openAiModel as createModel };

export interface Bot {
  /** Resolves when events are taken. Throws if Redis or Slack cannot be reached within `startTimeoutMs`. */
  start(): Promise<void>;
  /** Takes no new events, finishes running replies within `shutdownTimeoutMs` and leaves the rest to other processes. */
  stop(): Promise<void>;
  /** Everything stored of a conversation; undefined if there is nothing. */
  recall(key: ConversationKey): Promise<Conversation | undefined>;
  /** Usage in a workspace in a day (`2026-11-05`) or a month (`2026-11`). */
  used(team: string, period: string): Promise<OwnerUsage[]>;
}

interface Ports {
  store: ConversationStore;
  channels: ChannelStore;
  queue: WorkQueue;
  requests: RequestQueue;
  model: Model;
  replies: Replies;
}

/** Wraps ports: each function gets the real one and returns what is used in its place. */
export type PortDecorators = { readonly [Name in keyof Ports]?: (port: Ports[Name]) => Ports[Name] };

export interface BotOptions {
  logger: Logger;
  /** Default: Redis. */
  storage?: StorageKind;
  /** Replaces the one that `config.openai` describes. */
  model?: Model;
  /** For injecting faults, and for tests. */
  decorate?: PortDecorators;
  /** For tests, which cannot wait for minutes. */
  sweep?: SweepTimes;
  observe?: Observe;
  clock?: Clock;
  /** Called if Slack refuses the app token while the bot runs. */
  onFatal?: (error: unknown) => void;
}

/** Features of the bot, in no order. Adding one is a file in `slack/features/` and an entry here. */
const FEATURES: readonly Feature[] = [help, suggestedPrompts];

/** The Slack app's manifest, from what the bot's parts need. */
export function appManifest(): object {
  return manifest([...BASE_NEEDS, ...FEATURES.map(({ needs }) => needs)]);
}

/** The slash commands of the manifest, with their slash. */
export function slashCommands(): string[] {
  return FEATURES.some(({ needs }) => needs.commands?.length) ? [COMMAND] : [];
}

/** Throws `ConfigError` for settings that do not fit the model. */
export function createBot(config: Config, options: BotOptions): Bot {
  const { logger, storage: kind = 'redis', decorate = {}, observe, onFatal, clock = systemClock } = options;
  const watched = observe && { observe };
  const network = networkFor(config.network);
  const connected = { clock, logger, fetch: network.modelFetch, ...watched };
  const plainModel = options.model ?? openAiModel(config.openai, connected);
  const prompts = promptsFor(config, plainModel.limits);
  const storage = createStorage(kind, config, clock, logger, options.sweep);
  const store = decorate.store?.(storage.store) ?? storage.store;
  const channels = decorate.channels?.(storage.channels) ?? storage.channels;
  const queue = decorate.queue?.(storage.queue) ?? storage.queue;
  const requests = decorate.requests?.(storage.requests) ?? storage.requests;
  const model = decorate.model?.(plainModel) ?? plainModel;
  const client = slackClient(config.slack.botToken, config.slack.apiUrl, logger, network.slackFetch);
  const statuses = new ThreadStatuses(clock, logger);
  const stops = new Stops();
  const stopping = new AbortController();
  let app: SlackApp | undefined;
  let compactor: Compactor | undefined;
  let isWorking = false;
  let isStopping = false;
  const checks = { redis: () => storage.ping(), slack: () => app?.connected === true, queue: () => isWorking };
  // Whoever watches asks in real time, whatever `clock` says.
  const health = healthServer(checks, systemClock);

  /** The worker's side: answers what is pending. */
  function responder(workspaces: Workspaces, organization: Organization, running: Compactor, core: Core): WakeHandler {
    const { allowExternalUsers, dmReplies } = config.conversation;
    const backlog = threadReader(workspaces, allowExternalUsers, clock, organization);
    const shared = { workspaces, threads: backlog, statuses, stops, clock, logger, botMessages: english };
    const replies = slackReplies({ ...shared, streaming: config.replies.streaming, dmReplies });
    return createResponder({
      ...core,
      compactor: running,
      limits: storage.limits,
      replies: decorate.replies?.(replies) ?? replies,
      backlog,
    });
  }

  function coreFor(workspaces: Workspaces, people: SlackPeople, places: SlackPlaces): Core {
    const shared = { model, ephemeral: slackEphemeral(workspaces, logger), botMessages: english, clock, logger };
    const { maxOutputTokens } = config.openai;
    const ask = meter({
      ...shared,
      ledger: storage.ledger,
      budgets: config.budgets,
      stopping: stopping.signal,
      // No secret of the model's service, and it stays when a key of that is replaced.
      pseudonymOf: pseudonyms(config.slack.botToken),
      ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    });
    const isShared = ({ id }: Conversation): boolean => !isDirectMessage(id.channel);
    return { ...shared, store, ask, people, places, isShared, systemPrompt: prompts.system, ...watched };
  }

  return {
    async start() {
      const deadline = clock.now() + config.startTimeoutMs;
      if (config.opsPort !== undefined) await health.listen(config.opsPort);
      await storage.open(deadline);
      const workspaces = await singleWorkspace(client, deadline, clock, logger);
      // Slack answers in real time, whatever `clock` says.
      const people = slackPeople(workspaces, systemClock, logger);
      const places = slackPlaces(workspaces, systemClock, logger);
      const organization = slackOrganization(workspaces, systemClock, logger);
      const { imageTokens } = plainModel;
      const parts = { ...storage, store, queue, workspaces, network, imageTokens, clock, logger };
      const files = filesFor(config, parts);
      const core = { ...coreFor(workspaces, people, places), files };
      compactor = createCompactor({
        ...core,
        promptTokens: prompts.tokens,
        thresholds: thresholdsFor(prompts.room, config.conversation.verbatimTokens),
        summaryWords: prompts.summaryWords,
      });
      const channel = channelIntake(channels, store, config.conversation.channel.messages > 0);
      const intake = createIntake({
        store,
        channel,
        queue,
        threadReplies: config.conversation.threadReplies,
        edits: config.conversation.edits,
        lookUpAhead: lookUpAhead(people, places),
        ...watched,
      });
      const acts = interactions(requests, logger);
      const said = messages({ workspaces, organization, intake, ...config.conversation, files, logger });
      app = new SlackApp({
        ...config.slack,
        fetch: network.slackFetch,
        ...(network.slackSocket && { dispatcher: network.slackSocket }),
        workspaces,
        beforeAck: [said, acts, stops, fileEvents(workspaces, files)],
        features: FEATURES,
        suggestedPrompts: config.conversation.suggestedPrompts,
        clock,
        interactions: acts,
        logger,
        slackClock: systemClock,
        ...(onFatal && { onFatal }),
      });
      if (isStopping) throw new Error('told to stop during the start');
      const opened = await settlesWithin(Math.max(0, deadline - clock.now()), app.open(config.slack.port), clock);
      if (!opened) throw new Error('Slack cannot be reached: no socket could be opened in time');
      if (isStopping) throw new Error('told to stop during the start');
      // Last: a process that cannot reach Slack must take no work from those that can.
      await queue.start(responder(workspaces, organization, compactor, core));
      await requests.start(acts.work);
      isWorking = true;
      storage.sweeper.start();
    },

    async stop() {
      [isStopping, isWorking] = [true, false];
      health.stopping();
      const parts = {
        sources: [() => app?.stop(), () => storage.sweeper.stop()],
        work: [queue, requests].map((work) => (timeoutMs: number) => work.stop(timeoutMs)),
        afterwards: [() => statuses.idle(), () => compactor?.stop()],
      };
      await stopAll(parts, config.shutdownTimeoutMs, clock, logger);
      stopping.abort(new Error('the process stops'));
      storage.close();
      health.close();
    },

    recall: (key) => store.load(key),
    used: (team, period) => storage.ledger.totals(team, period),
  };
}

/** What both the responder and the compactor need. */
type Core = Omit<
  ResponderOptions & CompactorOptions,
  'compactor' | 'limits' | 'replies' | 'backlog' | 'promptTokens' | 'thresholds' | 'summaryWords'
>;
