/** The whole system: the real bot with a simulated Slack, a mock model server and optionally Redis. */
import { type PortDecorators, type Bot, createBot } from '../../src/bot.js';
import type { Config } from '../../src/config/config.js';
import { readConfig } from '../../src/config/read-config.js';
import type { Clock } from '../../src/core/ports.js';
import { createLogger } from '../../src/ops/logger.js';
import { type Message, type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/index.js';
import { freePort } from '../support/free-port.js';
import { ModelServer } from '../support/model-server.js';

export interface WorldOptions {
  transport: 'socket' | 'http';
  /** Not set: conversations are kept in memory. */
  redisUrl?: string;
  /** More settings, as environment variables. */
  env?: Record<string, string>;
  /** Window of the rate limits instead of a minute. */
  limitWindowMs?: number;
  simulator?: SimulatorOptions;
  clock?: Clock;
  /** Decorators of the bot's ports. */
  around?: PortDecorators;
}

/** Longer than some attempts to open a socket take. */
const UNTIL_MS = 20_000;

/** A request to the model. */
export interface ModelRequest {
  messages: { role: string; content: string }[];
}

export class World {
  readonly logs: string[] = [];
  readonly bots: Bot[] = [];

  private constructor(
    readonly slack: Simulator,
    readonly model: ModelServer,
    private readonly options: WorldOptions,
    private readonly port: number,
    readonly ada: string,
    readonly bob: string,
    /** A channel with Ada, Bob and the bot in it. */
    readonly general: string,
  ) {}

  static async start(options: WorldOptions): Promise<World> {
    const port = await freePort();
    const slack = await startSimulator({
      ...options.simulator,
      ...(options.transport === 'http' && { eventsUrl: `http://127.0.0.1:${port}/slack/events` }),
    });
    const model = new ModelServer({ port: 0, journalMaxEntries: 0 });
    await model.start();
    const ada = slack.addUser({ name: 'ada', displayName: 'Ada' }).id;
    const bob = slack.addUser({ name: 'bob', displayName: 'Bob' }).id;
    const general = slack.addChannel({ name: 'general', members: [ada, bob, slack.bot.userId] }).id;
    const world = new World(slack, model, options, port, ada, bob, general);
    await world.startBot();
    return world;
  }

  get config(): Config {
    return this.configWith({});
  }

  private configWith(more: Record<string, string>): Config {
    const { slack, model, port, options } = this;
    const config = readConfig({
      SLACK_BOT_TOKEN: slack.botToken,
      ...(options.transport === 'socket'
        ? { SLACK_APP_TOKEN: slack.appToken }
        : { SLACK_SIGNING_SECRET: slack.signingSecret, PORT: String(port) }),
      SLACK_API_URL: slack.apiUrl,
      OPENAI_BASE_URL: `${model.url}/v1`,
      OPENAI_MODEL: 'test-model',
      // Some clocks run fast.
      START_TIMEOUT_MS: '3600000',
      ...(options.redisUrl !== undefined && { REDIS_URL: options.redisUrl }),
      ...options.env,
      ...more,
    });
    return { ...config, limits: { ...config.limits, windowMs: options.limitWindowMs ?? config.limits.windowMs } };
  }

  /** `env`: settings that only this bot has. */
  async startBot(env: Record<string, string> = {}): Promise<Bot> {
    const config = this.configWith(env);
    const bot = createBot(config, {
      logger: createLogger('debug', (line) => this.logs.push(line)),
      storage: this.options.redisUrl === undefined ? 'memory' : 'redis',
      ...(this.options.clock && { clock: this.options.clock }),
      ...(this.options.around && { decorate: this.options.around }),
    });
    await bot.start();
    this.bots.push(bot);
    return bot;
  }

  /** Stops one bot. `at`: index among the running bots, in order of start. */
  async stopBot(at: number): Promise<void> {
    const [bot] = this.bots.splice(at, 1);
    await bot?.stop();
  }

  async stop(): Promise<void> {
    await Promise.all(this.bots.map((bot) => bot.stop()));
    await this.slack.stop();
    await this.model.stop();
  }

  get botId(): string {
    return this.slack.bot.userId;
  }

  /** Requests to the model, oldest first. */
  get asked(): ModelRequest[] {
    return this.model.getRequests().map(({ body }) => body as unknown as ModelRequest);
  }

  /** The last prompt without its system message, as `role: content` lines. */
  get lastPrompt(): string[] {
    const messages = this.asked.at(-1)?.messages ?? [];
    return messages
      .filter(({ role }) => role !== 'system')
      .flatMap(({ role, content }) => spoken(content).map((said) => `${role}: ${said}`));
  }

  /** The bot's messages in a thread (or at a channel's top level and in its threads), oldest first. */
  replies(channel: string, threadTs?: string): Message[] {
    return this.slack.messages(channel, threadTs).filter(({ user }) => user === this.botId);
  }

  /** Waits for a finished message of the bot with exactly `text`. Resolves with all texts of the bot there. */
  async untilSays(channel: string, threadTs: string | undefined, text: string): Promise<string[]> {
    const said = (): string[] | undefined => {
      const replies = this.replies(channel, threadTs);
      return replies.some((reply) => textOf(reply) === text && reply.streaming !== 'live')
        ? replies.map(textOf)
        : undefined;
    };
    try {
      return await this.slack.until(said, UNTIL_MS);
    } catch (error) {
      const instead = JSON.stringify(this.replies(channel, threadTs).map(textOf));
      throw new Error(`the bot does not say ${JSON.stringify(text)} but ${instead}\n${this.logs.slice(-20).join('')}`, {
        cause: error,
      });
    }
  }

  /** Waits until the bot has acknowledged all events. */
  async untilAcked(timeoutMs?: number): Promise<void> {
    await this.slack.until(() => this.slack.deliveries.every(({ state }) => state === 'acked'), timeoutMs);
  }

  /** Web API methods called for a channel, in order. */
  methods(channel: string): string[] {
    const about = this.slack.calls.filter(({ args }) => args['channel'] === channel || args['channel_id'] === channel);
    return about.map(({ method }) => method);
  }

  /** Lets the model answer with `Re: ` and the prompt's last message, unless another fixture matches. */
  echo(): void {
    this.model.onMessage(/[^]*/, ({ messages }) => ({
      content: `Re: ${spoken(messages.at(-1)?.content as string).at(-1)}`,
    }));
  }
}

/** The message's text as Markdown. */
export function textOf({ markdown, text }: Message): string {
  return markdown ?? text;
}

/** The messages that were joined because one role sent them. */
export function spoken(content: string): string[] {
  return content.split('\n\n');
}
