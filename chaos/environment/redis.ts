import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type RedisServer, startRedis } from '../../test/support/redis-server.js';
import type { TimeSpan } from '../checker/evidence.js';
import type { OrphanKind } from '../faults/surroundings.js';
import { orphan, wipeQueue } from './lost-keys.js';

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
/** Until every process has told Redis again what it runs; generous, for a busy machine. */
const RECOVERY_MS = 4_000;

/** The bots' Redis. Its faults run one at a time, in call order; each method resolves when its fault is over. */
export class FaultyRedis {
  /** When keys of the queue were lost, until the processes had put back what they knew. */
  readonly keyLosses: TimeSpan[] = [];
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

  /** Deletes the keys of the queue. */
  wipeQueue(): Promise<void> {
    return this.#loseKeys(wipeQueue);
  }

  /** Leaves conversations that wait for an answer without anybody who works on them. */
  orphan(left: OrphanKind): Promise<void> {
    return this.#loseKeys((client) => orphan(client, left));
  }

  async stop(): Promise<void> {
    await this.#queue;
    await this.server.stop();
  }

  #loseKeys(lose: (client: Redis) => Promise<void>): Promise<void> {
    return this.#enqueue(async () => {
      const from = Date.now();
      await this.#untilAccepted(lose);
      this.keyLosses.push({ from, to: Date.now() + RECOVERY_MS });
    });
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

  #sendUntilAccepted(...command: [string, ...string[]]): Promise<void> {
    return this.#untilAccepted(async (client) => void (await client.call(...command)));
  }

  #send(...command: [string, ...string[]]): Promise<void> {
    return this.#with(async (client) => void (await client.call(...command)));
  }

  async #untilAccepted(act: (client: Redis) => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await this.#with(act);
      } catch {
        await wait(RETRY_DELAY_MS);
      }
    }
  }

  async #with(act: (client: Redis) => Promise<void>): Promise<void> {
    const client = new Redis(this.url, { lazyConnect: true, retryStrategy: () => null, enableReadyCheck: false });
    client.on('error', () => {});
    try {
      await client.connect();
      await act(client);
    } finally {
      client.disconnect();
    }
  }
}
