import { Redis } from 'ioredis';
import { type Simulator, startSimulator } from '../src/simulator/index.js';
import { freePort } from '../test/support/free-port.js';
import { type RedisServer, startRedis } from '../test/support/redis-server.js';
import { BotProcess } from './bot-process.js';
import { ModelServer } from './model-server.js';

export interface StageOptions {
  /** How events come; over `http` there is one bot. */
  readonly transport: 'http' | 'socket';
  readonly bots: number;
  readonly env?: Record<string, string>;
}

/** The built program in processes of its own, and all it needs: a redis-server, Slack and the model, played by this process. */
export class Stage {
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

  static async set({ transport, bots, env }: StageOptions): Promise<Stage> {
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
      // One person asks as much as a crowd; below a limit that is out of reach the counting is measured too.
      USER_MESSAGES_PER_MINUTE: '100000',
      ...(transport === 'http'
        ? { SLACK_SIGNING_SECRET: slack.signingSecret, PORT: String(port) }
        : { SLACK_APP_TOKEN: slack.appToken }),
      ...env,
    };
    const stage = new Stage(redisServer, new Redis(redisServer.url), slack, model, ada, general, settings, []);
    for (let count = 0; count < bots; count += 1) stage.bots.push(await stage.startBot());
    return stage;
  }

  startBot(): Promise<BotProcess> {
    return BotProcess.start(this.env);
  }

  /** Ada asks in #general. Returns the thread. */
  mention(text: string): string {
    return this.slack.say({ user: this.ada, channel: this.general, text: `<@${this.slack.bot.userId}> ${text}` }).ts;
  }

  isAnswered(thread: string): boolean {
    return this.slack.messages(this.general, thread).length > 1;
  }

  async clear(): Promise<void> {
    await Promise.all(this.bots.map((bot) => bot.stop()));
    await this.slack.stop();
    this.model.stop();
    this.redis.disconnect();
    await this.redisServer.stop();
  }
}

/** Milliseconds since 1970, with fractions, as the bot's processes note them. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
