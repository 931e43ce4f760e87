import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Span } from '../checker/evidence.js';
import { HANGS, type Trap } from './traps.js';
import type { Sabotage } from './sabotage.js';

/** The bot as it is delivered. */
const BUILT = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const FAULTY = fileURLToPath(new URL('./faulty-bot.ts', import.meta.url));
const RUNS = 'Skein is running';
/** Whoever runs processes starts one again that has ended, but not at once. */
const START_AGAIN_MS = 300;
const START_PATIENCE_MS = 10_000;

export interface MemberOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Holds no `.env`. */
  readonly folder: string;
  readonly log: string;
  readonly sabotage?: Sabotage;
  readonly say: (line: string) => void;
}

/** One process of the bot, which comes back however it ends. */
export class Member {
  /** When it was made to hang. */
  readonly hangs: Span[] = [];
  /** When it ended, in milliseconds since 1970. */
  readonly ends: number[] = [];
  #child: ChildProcess | undefined;
  #trap: Trap | undefined;
  #expected = false;
  #stopped = false;
  #work: Promise<void> = Promise.resolve();
  readonly #log: WriteStream;

  constructor(private readonly options: MemberOptions) {
    this.#log = createWriteStream(options.log);
  }

  /** Resolves when it takes events, or has taken too long for it. With a trap, it falls into that. */
  async start(trap?: Trap): Promise<void> {
    const { env, folder, sabotage } = this.options;
    const program =
      trap || sabotage ? ['--import', import.meta.resolve('tsx'), FAULTY, JSON.stringify({ trap, sabotage })] : [BUILT];
    const child = spawn(process.execPath, program, { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.#trap = trap;
    this.#expected = false;
    const running = new Promise<void>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (part: Buffer) => {
          this.#log.write(part);
          if (part.includes(RUNS)) resolve();
          if (part.includes(HANGS)) this.#fellAsleep();
        });
      }
      child.once('exit', (code, signal) => {
        resolve();
        this.ends.push(Date.now());
        if (child === this.#child && !this.#expected) this.#ended(child, signal ?? `code ${code}`);
      });
    });
    await Promise.race([running, wait(START_PATIENCE_MS)]);
  }

  /** Ends it and, after a while, starts it again. `SIGTERM` gives it time for its replies. */
  replace(signal: 'SIGKILL' | 'SIGTERM', downMs: number, trap?: Trap): Promise<void> {
    return this.#next(async () => {
      await this.#end(signal);
      await wait(downMs);
      await this.start(trap);
    });
  }

  /** Nothing moves in it for a while; then it goes on as if nothing had been, if it lives. */
  async hang(forMs: number): Promise<void> {
    const child = this.#child;
    this.hangs.push({ from: Date.now(), to: Date.now() + forMs });
    child?.kill('SIGSTOP');
    await wait(forMs);
    child?.kill('SIGCONT');
  }

  /** From here on it falls into no trap. */
  calm(): Promise<void> {
    return this.#next(async () => {
      if (this.#trap === undefined) return;
      await this.#end('SIGTERM');
      await this.start();
    });
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#next(() => this.#end('SIGTERM'));
    this.#log.end();
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#expected = true;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill(signal);
    await gone;
  }

  #fellAsleep(): void {
    const { say } = this.options;
    say(`  hangs ${this.#trap?.point ?? ''}`);
    this.hangs.push({ from: Date.now(), to: Date.now() + (this.#trap?.hangMs ?? 0) });
    this.#trap = undefined;
  }

  #ended(child: ChildProcess, how: string): void {
    this.options.say(this.#trap ? `  dies ${this.#trap.point}` : `  a process ended by itself (${how})`);
    this.#trap = undefined;
    void this.#next(async () => {
      await wait(START_AGAIN_MS);
      if (child === this.#child && !this.#stopped) await this.start();
    });
  }

  /** One thing after another, in the order in which they were asked for. */
  #next(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work);
    return this.#work;
  }
}
