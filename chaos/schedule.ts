import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Simulator } from '../src/simulator/index.js';
import type { RedisServer } from '../test/support/redis-server.js';
import type { Fleet } from './fleet.js';
import type { Chances } from './random.js';

/** What is made to fail, by weight. */
const FAULTS = { kill: 30, term: 8, hang: 10, drop: 8, refresh: 4, redis: 8, connections: 6, flush: 4, limit: 8, error: 8, lostAnswer: 8, redeliver: 12 };
const WRITING = ['chat.postMessage', 'chat.update', 'chat.startStream', 'chat.appendStream', 'chat.stopStream'] as const;

/** Milliseconds. A process that hangs longer than its lock lasts is overtaken. */
const PAUSE_MS: [number, number] = [500, 2_500];
const DOWN_MS: [number, number] = [200, 2_500];
const HANG_MS: [number, number] = [1_000, 14_000];
const REDIS_DOWN_MS: [number, number] = [100, 1_500];

export interface Surroundings {
  readonly fleet: Fleet;
  readonly slack: Simulator;
  readonly redis: RedisServer;
  readonly chances: Chances;
  readonly say: (line: string) => void;
}

/** One fault after another until it is told to stop; then everything that was made to fail works again. */
export class Schedule {
  #stopping = false;
  #count = 0;
  readonly #recoveries = new Set<Promise<void>>();

  constructor(private readonly around: Surroundings) {}

  get count(): number {
    return this.#count;
  }

  async run(): Promise<void> {
    while (!this.#stopping) {
      await wait(this.around.chances.between(...PAUSE_MS));
      if (!this.#stopping) await this.#fail();
    }
    await Promise.all(this.#recoveries);
  }

  stop(): void {
    this.#stopping = true;
  }

  async #fail(): Promise<void> {
    const { fleet, slack, chances, say } = this.around;
    const fault = chances.pickOf(FAULTS);
    const victim = chances.whole(0, fleet.size - 1);
    this.#count += 1;
    say(`${fault}${['kill', 'term', 'hang'].includes(fault) ? ` ${victim}` : ''}`);
    switch (fault) {
      case 'kill':
      case 'term':
        this.#later(async () => {
          fleet.wake(victim);
          await fleet.end(victim, fault === 'kill' ? 'SIGKILL' : 'SIGTERM');
          await wait(chances.between(...DOWN_MS));
          fleet.start(victim);
        });
        return;
      case 'hang':
        fleet.hang(victim);
        this.#later(async () => {
          await wait(chances.between(...HANG_MS));
          fleet.wake(victim);
        });
        return;
      case 'drop':
        return slack.dropSockets();
      case 'refresh':
        return slack.refreshSockets();
      case 'redis':
        return this.#restartRedis();
      case 'connections':
        return this.#tellRedis(['CLIENT', 'KILL', 'TYPE', 'normal']);
      case 'flush':
        return this.#tellRedis(['SCRIPT', 'FLUSH']);
      case 'limit':
        return slack.faults.next(chances.pick(WRITING), { status: 429, retryAfter: 1, times: chances.whole(1, 4) });
      case 'error':
        return slack.faults.next(chances.pick(WRITING), { status: chances.pick([500, 503]), times: chances.whole(1, 3) });
      case 'lostAnswer':
        return slack.faults.next(chances.pick(WRITING), { drop: true, afterEffect: true });
      case 'redeliver': {
        const recent = slack.deliveries.slice(-20);
        const event = recent[chances.whole(0, Math.max(0, recent.length - 1))];
        if (event) slack.redeliver(event.eventId);
      }
    }
  }

  #later(recovery: () => Promise<void>): void {
    const done = recovery().finally(() => this.#recoveries.delete(done));
    this.#recoveries.add(done);
  }

  async #restartRedis(): Promise<void> {
    const { redis, chances } = this.around;
    await redis.kill();
    await wait(chances.between(...REDIS_DOWN_MS));
    await redis.start();
  }

  async #tellRedis([command, ...args]: [string, ...string[]]): Promise<void> {
    const client = new Redis(this.around.redis.url, { lazyConnect: true });
    // It may be among those that are killed.
    client.on('error', () => {});
    try {
      await client.connect();
      await client.call(command, ...args);
    } catch {
      this.around.say(`redis did not take ${command}`);
    } finally {
      client.disconnect();
    }
  }
}
