import { Redis } from 'ioredis';

/** The commands that clients send to a Redis while it watches, by name. What scripts call inside is theirs, not the clients'. */
export class CommandCount {
  readonly #counts = new Map<string, number>();

  private constructor(private readonly monitor: Redis) {}

  static async watch(url: string): Promise<CommandCount> {
    const redis = new Redis(url);
    const monitor = await redis.monitor();
    redis.disconnect();
    const count = new CommandCount(monitor);
    monitor.on('monitor', (_time: string, [command = '']: string[], source: string) => {
      if (source !== 'lua') count.#counts.set(command, (count.#counts.get(command) ?? 0) + 1);
    });
    return count;
  }

  stop(): ReadonlyMap<string, number> {
    this.monitor.disconnect();
    return this.#counts;
  }
}
