import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../core/ports.js';
import { DM_TOP_LEVEL, idOf } from '../core/conversation-id.js';
import { systemClock } from '../ops/clock.js';
import { createLogger } from '../ops/logger.js';
import { forgetAll } from '../redis/forget.js';
import { type Simulator, startSimulator } from '../simulator/index.js';
import { actionsIn } from './actions.js';
import { pageAssets } from './assets.js';
import { BotRunner } from './bot-runner.js';
import { faultsOf } from './faults.js';
import { Feed } from './feed.js';
import type { Flags } from './flags.js';
import { inspect } from './inspect.js';
import type { Inspection } from './inspection.js';
import { Journal } from './journal.js';
import { RequestError } from './request.js';
import { PageServer } from './server.js';
import { playgroundSettings } from './settings.js';
import { channelOf, type State, stateOf } from './snapshot.js';
import { furnish, type Workplace } from './workplace.js';

/** Beside this file, and of its kind: JavaScript once built. */
const BOT_PROGRAM = fileURLToPath(new URL(`./bot-program${extname(import.meta.url)}`, import.meta.url));
/** Calls and events; a playground may be left running for days. */
const MOST_KEPT = 5_000;

export interface PlaygroundOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags: Flags;
  /** Paces what the page is told; the bot keeps to the system's. */
  readonly clock?: Clock;
  /** The stand-in takes no time. */
  readonly hurried?: boolean;
  /** The file of the bot's process, which Node runs as it runs this one. Default: the one beside this file. */
  readonly botProgram?: string;
  /** Takes the bot's log lines. Default: standard error. */
  readonly log?: (line: string) => void;
}

export interface Playground {
  readonly slack: Simulator;
  readonly workplace: Workplace;
  readonly bot: BotRunner;
  readonly journal: Journal;
  readonly model: State['model'];
  readonly storage: State['storage'];
  inspect(channel: string, thread: string | undefined): Promise<Inspection>;
  /** Serves the page, on another free port when this one is taken. Resolves with its address. */
  serve(port: number): Promise<{ port: number; url: string }>;
  /** May be called again. */
  stop(): Promise<void>;
}

/**
 * A Slack in this process, and the bot in one of its own.
 * Throws `ConfigError` for settings that cannot be used, and whatever keeps the bot from starting.
 */
export async function startPlayground(options: PlaygroundOptions): Promise<Playground> {
  const { env, flags, clock = systemClock, hurried = false, botProgram = BOT_PROGRAM, log = writeError } = options;
  const opened: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).toReversed()) await close();
  };
  try {
    const slack = await startSimulator({ mostKept: MOST_KEPT });
    opened.push(() => slack.stop());
    const workplace = furnish(slack);
    const settings = playgroundSettings(env, flags, slack);
    const { standIn, storage } = settings;
    const model = { name: standIn ? 'stand-in' : settings.config.openai.model, standIn };

    const journal = new Journal();
    const state = (): State => stateOf(slack, workplace, { model, storage, process: bot.status });
    const feed = new Feed(state, clock);
    const bot = new BotRunner({
      order: { env: settings.env, storage, standIn, hurried },
      shutdownTimeoutMs: settings.config.shutdownTimeoutMs,
      program: botProgram,
      clock,
      log,
      observed: (key, at, observation) => journal.note(key, at, observation),
      changed() {
        if (bot.status.state !== 'running') journal.interrupted();
        feed.tell('process', () => ({ name: 'process', data: bot.status }));
      },
    });
    if (storage === 'redis') opened.push(() => forgetAll(settings.config.redis));
    opened.push(() => bot.stop());
    journal.onNote((key) => {
      const { channel, thread } = idOf(key);
      feed.tell(key, () => ({ name: 'observed', data: { channel, thread: thread === DM_TOP_LEVEL ? '' : thread } }));
    });
    slack.onChange(({ kind, channel }) => {
      if (channel !== undefined && ['message', 'status', 'read'].includes(kind)) {
        feed.tell(channel, () => ({ name: 'change', data: channelOf(slack, channel) }));
      }
    });
    await bot.start();

    const inspectHere: Playground['inspect'] = (channel, thread) =>
      inspect({ slack, journal, standIn, recall: (key) => bot.recall(key) }, channel, thread);
    let stopping: Promise<void> | undefined;
    return {
      slack,
      workplace,
      bot,
      journal,
      model,
      storage,
      inspect: inspectHere,
      async serve(port) {
        const server = new PageServer({
          assets: pageAssets(),
          feed,
          actions: actionsIn(slack, workplace, faultsOf(slack, bot, storage)),
          inspect(channel, thread) {
            if (!workplace.channels.includes(channel))
              throw new RequestError(400, `channel: there is no ${channel || 'channel without an id'}`);
            return inspectHere(channel, thread);
          },
          avatar: (user) => (slack.users().some(({ id }) => id === user) ? slack.avatar(user) : undefined),
          logger: createLogger('error', log),
        });
        const bound = await server.listen(port);
        opened.push(() => server.close());
        return { port: bound, url: `http://127.0.0.1:${bound}/` };
      },
      stop: () => (stopping ??= closeAll()),
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function writeError(line: string): void {
  process.stderr.write(line);
}
