import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { appManifest, slashCommands } from '../bot.js';
import { DM_TOP_LEVEL, idOf } from '../core/conversation-id.js';
import type { Clock } from '../core/ports.js';
import { systemClock } from '../ops/clock.js';
import { createLogger } from '../ops/logger.js';
import { deleteAllKeys } from '../redis/forget.js';
import { type Simulator, startSimulator } from '../simulator/index.js';
import { createActions, validated } from './actions.js';
import { pageAssets } from './assets.js';
import { sharedFile } from './attachments.js';
import { BotRunner } from './bot-runner.js';
import { exportConversation } from './export-conversation.js';
import { createFaultInjector } from './faults.js';
import { Feed } from './feed.js';
import type { Flags } from './flags.js';
import { inspect } from './inspect.js';
import type { Inspection } from './inspection.js';
import { Journal } from './journal.js';
import { KeptStorage } from './kept-storage.js';
import type { LocalServer } from './local-models.js';
import { modelBody, ModelSwitch } from './model-switch.js';
import { modelIn } from './model-view.js';
import { modelWith } from './models.js';
import { startOwnRedis } from './own-redis.js';
import type { Recording } from './recording.js';
import { RequestError } from './request.js';
import { rerunBody, Reruns } from './reruns.js';
import { seed, type SampleWorkspace } from './sample-workspace.js';
import { PageServer } from './server.js';
import { namesRedis, playgroundSettings } from './settings.js';
import { channelOf, placeNames, type State, stateOf } from './snapshot.js';
import { shortcutsIn, viewsOf } from './views.js';

/** In this folder, with this file's extension: `.js` once built. */
const BOT_PROGRAM = fileURLToPath(new URL(`./bot-program${extname(import.meta.url)}`, import.meta.url));
/** Limits the recorded calls and events, since a playground may run for days. */
const MAX_RECORDED = 5_000;

export interface PlaygroundOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags: Flags;
  /** For the feed and the timeouts here; the bot's process uses the system clock. */
  readonly clock?: Clock;
  /** The stand-in answers without delays. */
  readonly instant?: boolean;
  /** File that the bot's process runs. Default: `bot-program` in this folder. */
  readonly botProgram?: string;
  /** Model servers found on this machine so far, for the page to offer. Default: none. */
  readonly localServers?: () => readonly LocalServer[];
  /** Starts a Redis of its own, where one is installed and the settings name none. Default: false. */
  readonly ownRedis?: boolean;
  /** The model is the caller: see `BotRunner.asked`. Called when that has changed. */
  readonly replay?: () => void;
  /** Receives the bot's log lines. Default: standard error. */
  readonly log?: (line: string) => void;
}

export interface Playground {
  readonly slack: Simulator;
  readonly workspace: SampleWorkspace;
  readonly bot: BotRunner;
  readonly journal: Journal;
  readonly model: State['model'];
  readonly storage: State['storage'];
  readonly dmReplies: State['dmReplies'];
  /** `run`: id of the run to show; the newest without it. */
  inspect(channel: string, thread: string | undefined, run?: string): Promise<Inspection>;
  /** A conversation as a file, for `replay`. */
  exported(channel: string, thread: string | undefined): Promise<Recording>;
  /** Serves the page, on another free port when `port` is taken. */
  serve(port: number): Promise<{ port: number; url: string }>;
  /** Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts the Slack simulator in this process, and the bot in a child process.
 * Rejects with `ConfigError` for invalid settings, or with the error that keeps the bot from starting.
 */
export async function startPlayground(options: PlaygroundOptions): Promise<Playground> {
  const {
    env,
    flags,
    clock = systemClock,
    instant = false,
    botProgram = BOT_PROGRAM,
    log = writeError,
    replay,
    localServers = () => [],
  } = options;
  const cleanUps: (() => Promise<void>)[] = [];
  const cleanUpAll = async (): Promise<void> => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  };
  try {
    const slack = await startSimulator({ maxKept: MAX_RECORDED });
    cleanUps.push(() => slack.stop());
    const workspace = seed(slack);
    const own = options.ownRedis && !namesRedis(env) ? await startOwnRedis() : undefined;
    if (own) cleanUps.push(() => own.stop());
    const given = { ...env, ...(own && { REDIS_URL: own.url }) };
    /** As the bot runs now: see `ModelSwitch`. */
    let settings = playgroundSettings(given, flags, slack);
    const { standIn, storage } = settings;
    const { dmReplies } = settings.config.conversation;
    let model: State['model'] = modelIn(settings);

    const shortcuts = shortcutsIn(appManifest());
    const journal = new Journal();
    const state = (): State => {
      const facts = { model, storage, dmReplies, shortcuts, localServers: localServers() };
      return stateOf(slack, workspace, { ...facts, process: bot.status });
    };
    const feed = new Feed(state, clock);
    const bot = new BotRunner({
      startOptions: {
        env: settings.env,
        storage,
        standIn,
        instant,
        ...(replay && { replay: true }),
        ...(own && { ownRedis: { pid: own.pid, directory: own.directory } }),
      },
      kept: new KeptStorage(settings.config.conversation.channel),
      shutdownTimeoutMs: settings.config.shutdownTimeoutMs,
      program: botProgram,
      clock,
      log,
      ...(replay && { onAsked: replay }),
      onObservation: (key, at, observation) => journal.note(key, at, observation),
      onStatusChange() {
        if (bot.status.state !== 'running') journal.interrupted();
        feed.publish('process', () => ({ name: 'process', data: bot.status }));
      },
    });
    if (storage === 'redis' && !own) cleanUps.push(() => deleteAllKeys(settings.config.redis));
    cleanUps.push(() => bot.stop());
    journal.onNote((key) => {
      const { channel, thread } = idOf(key);
      feed.publish(key, () => ({ name: 'observed', data: { channel, thread: thread === DM_TOP_LEVEL ? '' : thread } }));
    });
    slack.onChange(({ kind, id, channel }) => {
      if (kind === 'view') feed.publish(`view ${id}`, () => ({ name: 'views', data: viewsOf(slack, id) }));
      if (channel !== undefined && ['message', 'status', 'session', 'read'].includes(kind)) {
        feed.publish(channel, () => ({ name: 'change', data: channelOf(slack, channel) }));
      }
    });
    await bot.start();

    const inspectHere: Playground['inspect'] = (channel, thread, run) =>
      inspect({ slack, journal, standIn: model.standIn, recall: (key) => bot.recall(key) }, channel, thread, run);
    const exportHere: Playground['exported'] = (channel, thread) => {
      const { systemPrompt } = settings.config;
      const parts = {
        slack,
        journal,
        standIn: model.standIn,
        env: settings.env,
        systemPrompt,
        recall: (key: string) => bot.recall(key),
      };
      return exportConversation(parts, channel, thread);
    };
    let stopping: Promise<void> | undefined;
    return {
      slack,
      workspace,
      bot,
      journal,
      get model() {
        return model;
      },
      storage,
      dmReplies,
      inspect: inspectHere,
      exported: exportHere,
      async serve(port) {
        const logger = createLogger('error', log);
        const models = new ModelSwitch({
          env: given,
          flags,
          slack,
          bot,
          onChange(changed, choice) {
            settings = changed;
            model = { ...modelIn(changed), choice };
            feed.publish('state', () => ({ name: 'state', data: state() }));
          },
        });
        const reruns = new Reruns({
          team: slack.team.id,
          journal,
          modelWith: (changes) => modelWith(settings, changes, { clock: systemClock, logger, instant }),
          clock,
          publish: (rerun) => feed.publish(`rerun ${rerun.id}`, () => ({ name: 'rerun', data: rerun })),
        });
        const server = new PageServer({
          assets: pageAssets(),
          places: placeNames(slack, workspace),
          feed,
          actions: {
            ...createActions(slack, workspace, createFaultInjector(slack, bot, storage), slashCommands()),
            model: validated(modelBody, (body) => models.set(body)),
            rerun: validated(rerunBody, (body) => reruns.start(body)),
          },
          async inspect(channel, thread, run) {
            checkChannel(channel, workspace);
            return inspectHere(channel, thread, run);
          },
          async exported(channel, thread) {
            checkChannel(channel, workspace);
            return exportHere(channel, thread);
          },
          file: (id) => sharedFile(slack, id),
          avatar: (user) => (slack.users().some(({ id }) => id === user) ? slack.avatar(user) : undefined),
          logger,
        });
        const bound = await server.listen(port);
        cleanUps.push(() => {
          reruns.stop();
          return server.close();
        });
        return { port: bound, url: `http://127.0.0.1:${bound}/` };
      },
      stop: () => (stopping ??= cleanUpAll()),
    };
  } catch (error) {
    await cleanUpAll();
    throw error;
  }
}

function checkChannel(channel: string, { channels }: SampleWorkspace): void {
  if (!channels.includes(channel))
    throw new RequestError(400, `channel: there is no ${channel || 'channel without an id'}`);
}

function writeError(line: string): void {
  process.stderr.write(line);
}
