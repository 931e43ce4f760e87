import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { TimeSpan } from '../checker/evidence.js';
import { BotProcess, type BotProcessOptions } from './bot-process.js';

/** Several processes of the bot that share a Redis. */
export class Fleet {
  readonly #processes: readonly BotProcess[];

  constructor(size: number, options: Omit<BotProcessOptions, 'log'>) {
    this.#processes = Array.from({ length: size }, (_, index) => {
      const say = (line: string): void => options.say(`${line} (process ${index})`);
      return new BotProcess({ ...options, say, log: join(options.folder, `bot-${index}.log`) });
    });
    // Leaves no process behind when the run is interrupted.
    process.once('exit', () => {
      for (const bot of this.#processes) bot.kill();
    });
  }

  get hangs(): TimeSpan[] {
    return this.#processes.flatMap(({ hangs }) => hangs);
  }

  get exits(): number[] {
    return this.#processes.flatMap(({ exits }) => exits);
  }

  async start(): Promise<void> {
    await Promise.all(this.#processes.map((bot) => bot.start()));
  }

  process(index: number): BotProcess {
    const bot = this.#processes[index];
    if (!bot) throw new RangeError(`no process ${index}: there are ${this.#processes.length}`);
    return bot;
  }

  /** Kills all processes at once and restarts them after `downMs`. `halfway`: what happens meanwhile. */
  async blackout(downMs: number, halfway?: () => Promise<void>): Promise<void> {
    const restarts = this.#processes.map((bot) => bot.restart('SIGKILL', downMs));
    await wait(downMs / 2);
    await halfway?.();
    await Promise.all(restarts);
  }

  /** A rolling deployment: restarts one process after the other. */
  async deploy(): Promise<void> {
    for (const bot of this.#processes) await bot.restart('SIGTERM', 0);
  }

  /** Removes all traps. Resolves when all processes run. */
  async disarm(): Promise<void> {
    await Promise.all(this.#processes.map((bot) => bot.disarm()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#processes.map((bot) => bot.stop()));
  }
}
