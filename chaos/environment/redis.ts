import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type RedisServer, startRedis } from '../../test/support/redis-server.js';

/** Nothing acknowledged is lost when it is killed; and reading its file takes it a while, in which it answers LOADING. */
const OPTIONS = [
  '--appendonly',
  'yes',
  '--appendfsync',
  'always',
  '--key-load-delay',
  '1000',
  '--loading-process-events-interval-bytes',
  '1024',
];
/** Where no Redis listens. */
const NOBODY = ['127.0.0.1', '9'] as const;
const TRY_AGAIN_MS = 100;

/** The bots' Redis, one trouble at a time. */
export class FaultyRedis {
  #trouble: Promise<void> = Promise.resolve();

  private constructor(private readonly server: RedisServer) {}

  static async start(): Promise<FaultyRedis> {
    return new FaultyRedis(await startRedis(OPTIONS));
  }

  get url(): string {
    return this.server.url;
  }

  /** Gone for half of the time, and loading for the other half. */
  restart(forMs: number): Promise<void> {
    return this.#next(async () => {
      await this.server.kill();
      await wait(forMs / 2);
      const loads = async (): Promise<void> => {
        await wait(forMs / 2);
        await this.#untilTold('CONFIG', 'SET', 'key-load-delay', '0');
      };
      // It has started when it has loaded.
      await Promise.all([this.server.start(), loads()]);
    });
  }

  pause(forMs: number): Promise<void> {
    return this.#next(async () => {
      this.server.pause();
      await wait(forMs);
      this.server.resume();
    });
  }

  full(forMs: number): Promise<void> {
    return this.#while(['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0'], forMs);
  }

  readonly(forMs: number): Promise<void> {
    return this.#while(['REPLICAOF', ...NOBODY], ['REPLICAOF', 'NO', 'ONE'], forMs);
  }

  breakConnections(): Promise<void> {
    return this.#next(() => this.#tell('CLIENT', 'KILL', 'TYPE', 'normal'));
  }

  forgetScripts(): Promise<void> {
    return this.#next(() => this.#untilTold('SCRIPT', 'FLUSH'));
  }

  async stop(): Promise<void> {
    await this.#trouble;
    await this.server.stop();
  }

  #while(begin: [string, ...string[]], end: [string, ...string[]], forMs: number): Promise<void> {
    return this.#next(async () => {
      await this.#untilTold(...begin);
      await wait(forMs);
      await this.#untilTold(...end);
    });
  }

  #next(trouble: () => Promise<void>): Promise<void> {
    this.#trouble = this.#trouble.then(trouble);
    return this.#trouble;
  }

  async #untilTold(...command: [string, ...string[]]): Promise<void> {
    for (;;) {
      try {
        return await this.#tell(...command);
      } catch {
        await wait(TRY_AGAIN_MS);
      }
    }
  }

  async #tell(command: string, ...args: string[]): Promise<void> {
    const client = new Redis(this.url, { lazyConnect: true, retryStrategy: () => null, enableReadyCheck: false });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.call(command, ...args);
    } finally {
      client.disconnect();
    }
  }
}
