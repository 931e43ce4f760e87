/** Puts the bot together. */
import { channelEventsFor, hearing } from './bot/channels.js';
import { type Core, metered } from './bot/core.js';
import { FEATURES } from './bot/features.js';
import { filesFor } from './bot/files.js';
import { groundOf } from './bot/ground.js';
import { messagesForPeople } from './bot/languages.js';
import type { Bot, BotOptions } from './bot/options.js';
import { promptsFor } from './bot/prompts.js';
import { featureServices } from './bot/services.js';
import { stopAll } from './bot/stop.js';
import type { Config } from './config/config.js';
import { channelIntake } from './conversation/channel.js';
import { forgettingFiles } from './conversation/forget.js';
import { createIntake } from './conversation/intake.js';
import { limitsAhead } from './conversation/limits-ahead.js';
import { privateAnswers } from './conversation/private-answer.js';
import { createResponder } from './conversation/responder.js';
import { replyStopper, StopWatch } from './conversation/stop.js';
import type { IncomingMessage } from './core/incoming-message.js';
import { settingsReader } from './core/layers/reader.js';
import type { Directory, WakeHandler } from './core/ports.js';
import { settlesWithin } from './core/shutdown.js';
import { english } from './messages/english.js';
import { openAiPictures } from './openai/images.js';
import { openAiModel } from './openai/model.js';
import { openAiTranscriber } from './openai/transcription.js';
import { systemClock } from './ops/clock.js';
import { healthServer } from './ops/health.js';
import { networkFor } from './ops/network.js';
import { type Compactor, createCompactor } from './prompt/compactor.js';
import { thresholdsFor } from './prompt/summary.js';
import { SlackApp } from './slack/app/app.js';
import { fileEvents } from './slack/app/file-events.js';
import { interactions } from './slack/app/interactions.js';
import { messages } from './slack/app/messages.js';
import { stops } from './slack/app/stops.js';
import { isDirectMessage } from './slack/channels.js';
import { type ThreadReader, threadReader } from './slack/inbound/thread.js';
import { slackEphemeral } from './slack/outbound/ephemeral.js';
import { slackReplies } from './slack/outbound/replies.js';
import { ThreadStatuses } from './slack/outbound/status.js';
import { slackClient } from './slack/web-api/client.js';
import { uploader } from './slack/web-api/upload.js';
import { slackDirectory } from './slack/workspaces/directory.js';
import { lookUpAhead } from './slack/workspaces/look-up-ahead.js';
import { slackOrganization } from './slack/workspaces/organization.js';
import { slackPeople } from './slack/workspaces/people.js';
import { slackPlaces } from './slack/workspaces/places.js';
import { singleWorkspace } from './slack/workspaces/single.js';
import type { Workspaces } from './slack/workspaces/workspaces.js';
import { createKeptStores, createStorage } from './storage.js';

export { appManifest, slashCommands } from './bot/features.js';
export type { Bot, BotOptions, PortDecorators } from './bot/options.js';
export { createKeptStores, openAiModel as createModel };

/** Throws `ConfigError` for settings that do not fit the model. */
export function createBot(config: Config, options: BotOptions): Bot {
  const { logger, storage: kind = 'redis', decorate = {}, observe, onFatal, clock = systemClock } = options;
  const watched = observe && { observe };
  const network = networkFor(config.network, clock);
  const connected = { clock, logger, fetch: network.modelFetch, ...watched };
  const plainModel = options.model ?? openAiModel(config.openai, connected);
  const transcriber = openAiTranscriber(config.openai, connected);
  const maker = options.pictures ?? openAiPictures(config.openai, connected);
  const prompts = promptsFor(config, plainModel.limits);
  const storage = createStorage(kind, config, clock, logger, options.sweep);
  const store = decorate.store?.(storage.store) ?? storage.store;
  const channels = decorate.channels?.(storage.channels) ?? storage.channels;
  const queue = decorate.queue?.(storage.queue) ?? storage.queue;
  const requests = decorate.requests?.(storage.requests) ?? storage.requests;
  const model = decorate.model?.(plainModel) ?? plainModel;
  const client = slackClient(config.slack.botToken, config.slack.apiUrl, logger, network.slackFetch);
  const statuses = new ThreadStatuses(clock, logger);
  const { signals } = storage;
  const ahead = limitsAhead(storage.limits, config.limits, clock);
  const stopReply = replyStopper({ store, queue, signals });
  const watch = new StopWatch();
  const settingsStore = decorate.settings?.(storage.settings) ?? storage.settings;
  const settings = settingsReader(settingsStore, groundOf(config));
  const stopping = new AbortController();
  let app: SlackApp | undefined;
  let compactor: Compactor | undefined;
  let isWorking = false;
  let isStopping = false;
  const checks = { redis: () => storage.ping(), slack: () => app?.connected === true, queue: () => isWorking };
  // Whoever watches asks in real time, whatever `clock` says.
  const health = healthServer(checks, systemClock, logger);

  /** The worker's side: answers what is pending. */
  function responder(
    workspaces: Workspaces,
    backlog: ThreadReader,
    directory: Directory,
    running: Compactor,
    core: Core,
  ): WakeHandler {
    const { dmReplies } = config.conversation;
    const { messagesFor } = core;
    const { buttons } = config.replies;
    const shared = { workspaces, threads: backlog, statuses, clock, logger, botMessages: english };
    const told = { ...shared, ...(messagesFor && { messagesFor }) };
    const { arePosted } = config.files;
    const upload = (arePosted || maker) && { upload: uploader(network.slackFetch, config.slack.apiUrl) };
    const replies = slackReplies({
      ...told,
      ...upload,
      filesOfText: arePosted,
      ...config.replies,
      stopButton: buttons.includes('stop'),
      dmReplies,
    });
    return createResponder({
      ...core,
      systemPrompt: prompts.answers,
      compactor: running,
      settings,
      directory,
      limits: ahead.limits,
      onRun: ahead.answering,
      replies: decorate.replies?.(replies) ?? replies,
      backlog,
      stops: watch,
      buttons,
    });
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
      const directory = slackDirectory(workspaces, people, systemClock, logger);
      const backlog = threadReader(workspaces, config.conversation.allowExternalUsers, clock, organization);
      const ephemeral = slackEphemeral(workspaces, logger);
      const messagesFor = messagesForPeople(settings, directory);
      const shared = { ephemeral, botMessages: english, messagesFor, clock, logger };
      const { ledger } = storage;
      const billing = { ...shared, ledger, budgets: config.budgets, stopping: stopping.signal };
      const stores = { files: storage.files, store, queue };
      const parts = { ...stores, workspaces, network, transcriber, maker, billing, clock, logger };
      const { files, ...pictures } = filesFor(config, parts, decorate);
      const core: Core = {
        ...watched,
        ...shared,
        ...metered(config, model, billing),
        store,
        people,
        places,
        isShared: ({ id }) => !isDirectMessage(id.channel),
        systemPrompt: prompts.system,
        files,
        ...pictures,
      };
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
        onStop: (key) => signals.send(key),
        threadReplies: config.conversation.threadReplies,
        settings,
        edits: config.conversation.edits,
        onBegin: ahead.begins,
        lookUpAhead: lookUpAhead(people, places),
        clock,
        ...watched,
      });
      const acts = interactions(requests, logger);
      const takeCommand = (message: IncomingMessage): Promise<boolean> => acts.takeMessage(message);
      const said = messages({ workspaces, organization, intake, takeCommand, ...config.conversation, files, logger });
      const services = featureServices({
        ...core,
        config,
        workspaces,
        organization,
        settings: settingsStore,
        rules: settings,
        directory,
        conversations: forgettingFiles(store, files),
        queue,
        ledger: storage.ledger,
        feedback: storage.feedback,
        stopReply,
        threads: backlog,
        answerPrivately: privateAnswers({ ...core, settings, directory, limits: storage.limits }),
      });
      app = new SlackApp({
        ...config.slack,
        fetch: network.slackFetch,
        ...(network.slackSocket && { dispatcher: network.slackSocket }),
        workspaces,
        beforeAck: [
          said,
          acts,
          stops({ workspaces, stop: stopReply, clock }),
          fileEvents(workspaces, files),
          channelEventsFor({ workspaces, acts, signals, ttlDays: config.conversation.ttlDays }),
        ],
        features: FEATURES,
        services,
        suggestedPrompts: config.conversation.suggestedPrompts,
        clock,
        interactions: acts,
        logger,
        slackClock: systemClock,
        ...(onFatal && { onFatal }),
      });
      if (isStopping) throw new Error('stopped during startup');
      const opened = await settlesWithin(Math.max(0, deadline - clock.now()), app.open(config.slack.port), clock);
      if (!opened) throw new Error('cannot reach Slack: no socket could be opened in time');
      if (isStopping) throw new Error('stopped during startup');
      signals.start(hearing(watch.signal, places));
      // Last: a process that cannot reach Slack must take no work from those that can.
      await queue.start(responder(workspaces, backlog, directory, compactor, core));
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
