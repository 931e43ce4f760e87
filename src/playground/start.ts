import { createBot } from '../bot.js';
import type { Clock } from '../conversation/ports.js';
import { systemClock } from '../ops/clock.js';
import { createLogger } from '../ops/logger.js';
import { startSimulator } from '../simulator/index.js';
import { actionsIn } from './actions.js';
import { pageAssets } from './assets.js';
import { Feed } from './feed.js';
import { PageServer } from './server.js';
import { playgroundSettings } from './settings.js';
import { channelOf, type State, stateOf } from './snapshot.js';
import { standIn } from './stand-in.js';
import { furnish } from './workplace.js';

export interface PlaygroundOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Another free one is taken when this one is in use; 0 for any. */
  readonly port: number;
  /** Paces the stand-in and what the page is told; the bot keeps to the system's. */
  readonly clock?: Clock;
  /** Takes the bot's log lines. Default: standard error. */
  readonly log?: (line: string) => void;
}

export interface Playground {
  readonly port: number;
  /** Of the page. */
  readonly url: string;
  readonly model: State['model'];
  /** May be called again. */
  stop(): Promise<void>;
}

/**
 * The whole of it in this process: a Slack, the bot and the page.
 * Throws `ConfigError` for settings that cannot be used, and whatever keeps the bot or the page from starting.
 */
export async function startPlayground({ env, port, clock = systemClock, log = writeError }: PlaygroundOptions): Promise<Playground> {
  const opened: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.toReversed()) await close();
  };
  try {
    const slack = await startSimulator();
    opened.push(() => slack.stop());
    const workplace = furnish(slack);
    const settings = playgroundSettings(env, slack);
    const { config } = settings;
    const logger = createLogger(config.logLevel, log);

    const bot = createBot(config, { logger, storage: 'memory', ...(settings.standIn && { model: standIn(clock) }) });
    opened.push(() => bot.stop());
    await bot.start();

    const model = { name: settings.standIn ? 'stand-in' : config.openai.model, standIn: settings.standIn };
    const state = (): State => stateOf(slack, workplace, model);
    const feed = new Feed({ state, channel: (id) => channelOf(slack, id), clock });
    slack.onChange(({ kind, channel }) => {
      if (channel !== undefined && (kind === 'message' || kind === 'status')) feed.changed(channel);
    });
    const server = new PageServer({ assets: pageAssets(), state, actions: actionsIn(slack, workplace), feed, logger });
    const bound = await server.listen(port);
    opened.push(() => server.close());

    let stopping: Promise<void> | undefined;
    return { port: bound, url: `http://127.0.0.1:${bound}/`, model, stop: () => (stopping ??= closeAll()) };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function writeError(line: string): void {
  process.stderr.write(line);
}
