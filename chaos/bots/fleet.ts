import { join } from 'node:path';
import type { Span } from '../checker/evidence.js';
import { Member, type MemberOptions } from './bot-process.js';

/** Processes of the bot that share a Redis. */
export class Fleet {
  readonly #members: readonly Member[];

  constructor(size: number, options: Omit<MemberOptions, 'log'>) {
    this.#members = Array.from({ length: size }, (_, at) => {
      const say = (line: string): void => options.say(`${line} (${at})`);
      return new Member({ ...options, say, log: join(options.folder, `bot-${at}.log`) });
    });
    // A run that is cut short takes them along.
    process.once('exit', () => {
      for (const member of this.#members) member.kill();
    });
  }

  get hangs(): Span[] {
    return this.#members.flatMap(({ hangs }) => hangs);
  }

  get ends(): number[] {
    return this.#members.flatMap(({ ends }) => ends);
  }

  async start(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.start()));
  }

  member(at: number): Member {
    const member = this.#members[at];
    if (!member) throw new RangeError(`there is no process ${at}`);
    return member;
  }

  async blackout(downMs: number): Promise<void> {
    await Promise.all(this.#members.map((member) => member.replace('SIGKILL', downMs)));
  }

  /** A new version is rolled out: one process after the other. */
  async deploy(): Promise<void> {
    for (const member of this.#members) await member.replace('SIGTERM', 0);
  }

  /** All run, and none falls into a trap any more. */
  async calm(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.calm()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.stop()));
  }
}
