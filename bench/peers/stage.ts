import { Redis } from 'ioredis';
import { freePort } from '../../test/support/free-port.js';
import { type RedisServer, startRedis } from '../../test/support/redis-server.js';
import { ModelServer } from '../model-server.js';
import { answerScript, questionNumberIn } from './answers.js';
import type { Bot } from './bots.js';
import { MeasuredProcess } from './measured-process.js';
import { Workspace } from './workspace.js';

/** What all bots share: a Redis, a model, and Slack's address. Each bot gets an empty Redis and a new workspace. */
export class Stage {
  /** When the model was first asked each question, by its number: milliseconds of `performance.now()`. */
  readonly askedAt = new Map<number, number>();

  private constructor(
    private readonly server: RedisServer,
    private readonly redis: Redis,
    private readonly model: ModelServer,
    private readonly modelUrl: string,
  ) {
    model.script = (body) => {
      const number = questionNumberIn(body);
      if (!this.askedAt.has(number)) this.askedAt.set(number, performance.now());
      return answerScript(number);
    };
  }

  static async start(): Promise<Stage> {
    const server = await startRedis();
    const model = new ModelServer();
    return new Stage(server, new Redis(server.url), model, await model.start());
  }

  async perform<T>(
    bot: Bot,
    nodeOptions: string[],
    act: (child: MeasuredProcess, workspace: Workspace) => Promise<T>,
  ): Promise<T> {
    await this.redis.flushall();
    this.askedAt.clear();
    const port = await freePort();
    const workspace = await Workspace.start(`http://127.0.0.1:${port}/slack/events`);
    let child: MeasuredProcess | undefined;
    try {
      const env = {
        PORT: String(port),
        REDIS_URL: this.server.url,
        OPENAI_BASE_URL: this.modelUrl,
        // The OpenAI client of the peers wants one.
        OPENAI_API_KEY: 'none',
        ...workspace.settings,
      };
      child = await MeasuredProcess.start(bot, env, nodeOptions);
      return await act(child, workspace);
    } finally {
      await child?.stop();
      await workspace.stop();
    }
  }

  async stop(): Promise<void> {
    this.model.stop();
    this.redis.disconnect();
    await this.server.stop();
  }
}
