import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type RedisServer, startRedis } from '../../test/support/redis-server.js';

/** Durable: a kill loses no acknowledged write. Slow to load its file, so that clients see LOADING for a while. */
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
/** An address where no Redis listens. */
const UNREACHABLE = ['127.0.0.1', '9'] as const;
const RETRY_DELAY_MS = 100;

/** The bots' Redis. Its faults run one at a time, in call order; each method resolves when its fault is over. */
export class FaultyRedis {
  #queue: Promise<void> = Promise.resolve();

  private constructor(private readonly server: RedisServer) {}

  static async start(): Promise<FaultyRedis> {
    return new FaultyRedis(await startRedis(OPTIONS));
  }

  get url(): string {
    return this.server.url;
  }

  /** Down for the first half of `forMs`, loading for the second half. */
  restart(forMs: number): Promise<void> {
    return this.#enqueue(async () => {
      await this.server.kill();
      await wait(forMs / 2);
      const endLoading = async (): Promise<void> => {
        await wait(forMs / 2);
        await this.#sendUntilAccepted('CONFIG', 'SET', 'key-load-delay', '0');
      };
      // `start` resolves only after loading, so both run at once.
      await Promise.all([this.server.start(), endLoading()]);
    });
  }

  pause(forMs: number): Promise<void> {
    return this.#enqueue(async () => {
      this.server.pause();
      await wait(forMs);
      this.server.resume();
    });
  }

  /** Refuses writes with OOM. */
  outOfMemory(forMs: number): Promise<void> {
    return this.#during(forMs, ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0']);
  }

  /** A read-only replica, as after a failover. */
  readonly(forMs: number): Promise<void> {
    return this.#during(forMs, ['REPLICAOF', ...UNREACHABLE], ['REPLICAOF', 'NO', 'ONE']);
  }

  resetConnections(): Promise<void> {
    return this.#enqueue(() => this.#send('CLIENT', 'KILL', 'TYPE', 'normal'));
  }

  flushScripts(): Promise<void> {
    return this.#enqueue(() => this.#sendUntilAccepted('SCRIPT', 'FLUSH'));
  }

  async stop(): Promise<void> {
    await this.#queue;
    await this.server.stop();
  }

  #during(forMs: number, begin: [string, ...string[]], end: [string, ...string[]]): Promise<void> {
    return this.#enqueue(async () => {
      await this.#sendUntilAccepted(...begin);
      await wait(forMs);
      await this.#sendUntilAccepted(...end);
    });
  }

  #enqueue(fault: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(fault);
    return this.#queue;
  }

  async #sendUntilAccepted(...command: [string, ...string[]]): Promise<void> {
    for (;;) {
      try {
        return await this.#send(...command);
      } catch {
        await wait(RETRY_DELAY_MS);
      }
    }
  }

  async #send(command: string, ...args: string[]): Promise<void> {
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
