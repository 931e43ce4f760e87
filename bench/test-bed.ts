import { Redis } from 'ioredis';
import { type Simulator, startSimulator } from '../src/simulator/index.js';
import { freePort } from '../test/support/free-port.js';
import { type RedisServer, startRedis } from '../test/support/redis-server.js';
import { BotProcess } from './bot-process.js';
import { ModelServer } from './model-server.js';

export interface TestBedOptions {
  /** How Slack delivers events. `http` allows one bot only. */
  readonly transport: 'http' | 'socket';
  readonly bots: number;
  readonly env?: Record<string, string>;
}

/** The built bot in child processes with a redis-server; this process simulates Slack and the model. */
export class TestBed {
  private constructor(
    readonly redisServer: RedisServer,
    readonly redis: Redis,
    readonly slack: Simulator,
    readonly model: ModelServer,
    readonly ada: string,
    readonly general: string,
    private readonly env: Record<string, string>,
    public bots: BotProcess[],
  ) {}

  static async start({ transport, bots, env }: TestBedOptions): Promise<TestBed> {
    const redisServer = await startRedis();
    const port = await freePort();
    const slack = await startSimulator({
      mentionOrder: 'message-first',
      ...(transport === 'http' && { eventsUrl: `http://127.0.0.1:${port}/slack/events` }),
    });
    const ada = slack.addUser({ name: 'ada', displayName: 'Ada' }).id;
    const general = slack.addChannel({ name: 'general', members: [ada, slack.bot.userId] }).id;
    const model = new ModelServer();
    const settings = {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_API_URL: slack.apiUrl,
      OPENAI_BASE_URL: await model.start(),
      REDIS_URL: redisServer.url,
      // Never reached, so that one person may ask everything; but set, so that the rate limiter is measured too.
      USER_MESSAGES_PER_MINUTE: '100000',
      ...(transport === 'http'
        ? { SLACK_SIGNING_SECRET: slack.signingSecret, PORT: String(port) }
        : { SLACK_APP_TOKEN: slack.appToken }),
      ...env,
    };
    const testBed = new TestBed(redisServer, new Redis(redisServer.url), slack, model, ada, general, settings, []);
    for (let count = 0; count < bots; count += 1) testBed.bots.push(await testBed.startBot());
    return testBed;
  }

  startBot(): Promise<BotProcess> {
    return BotProcess.start(this.env);
  }

  /** Ada asks in #general. Returns the thread's `ts`. */
  mention(text: string): string {
    return this.slack.say({ user: this.ada, channel: this.general, text: `<@${this.slack.bot.userId}> ${text}` }).ts;
  }

  isAnswered(thread: string): boolean {
    return this.slack.messages(this.general, thread).length > 1;
  }

  async stop(): Promise<void> {
    await Promise.all(this.bots.map((bot) => bot.stop()));
    await this.slack.stop();
    this.model.stop();
    this.redis.disconnect();
    await this.redisServer.stop();
  }
}

/** Milliseconds since 1970, with fractions, like the timestamps of the bot's processes. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
