import { Redis } from 'ioredis';

/** Counts the commands that clients send to a Redis, by name. Calls inside of Lua scripts do not count. */
export class CommandCounter {
  readonly #counts = new Map<string, number>();

  private constructor(private readonly monitor: Redis) {}

  static async start(url: string): Promise<CommandCounter> {
    const redis = new Redis(url);
    const monitor = await redis.monitor();
    redis.disconnect();
    const counter = new CommandCounter(monitor);
    monitor.on('monitor', (_time: string, [command = '']: string[], source: string) => {
      if (source !== 'lua') counter.#counts.set(command, (counter.#counts.get(command) ?? 0) + 1);
    });
    return counter;
  }

  stop(): ReadonlyMap<string, number> {
    this.monitor.disconnect();
    return this.#counts;
  }
}
