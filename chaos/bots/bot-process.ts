import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TimeSpan } from '../checker/evidence.js';
import type { Poison } from './poison.js';
import type { Sabotage } from './sabotage.js';
import { SWEEP } from './sweep.js';
import { HANG_LINE, type Trap } from './traps.js';

const BUILT_BOT = fileURLToPath(new URL('../../dist/built-bot.js', import.meta.url));
const FAULTY_BOT = fileURLToPath(new URL('./faulty-bot.ts', import.meta.url));
const RUNNING_LINE = 'Skein is running';
/** Like a process manager, which restarts an exited process after a short delay. */
const RESTART_DELAY_MS = 300;
const START_TIMEOUT_MS = 10_000;

export interface BotProcessOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Working directory; must contain no `.env`. */
  readonly folder: string;
  /** Path of the log file. */
  readonly log: string;
  readonly sabotage?: Sabotage;
  readonly poison?: Poison;
  readonly say: (line: string) => void;
}

/** One process of the bot, restarted whenever it exits. */
export class BotProcess {
  readonly hangs: TimeSpan[] = [];
  /** Milliseconds since 1970. */
  readonly exits: number[] = [];
  #child: ChildProcess | undefined;
  #trap: Trap | undefined;
  #exitExpected = false;
  #stopped = false;
  #queue: Promise<void> = Promise.resolve();
  readonly #log: WriteStream;

  constructor(private readonly options: BotProcessOptions) {
    this.#log = createWriteStream(options.log);
  }

  /** Resolves when the bot runs, has exited, or took longer than the timeout. */
  async start(trap?: Trap): Promise<void> {
    const { env, folder, sabotage, poison } = this.options;
    const program =
      trap || sabotage || poison
        ? ['--import', import.meta.resolve('tsx'), FAULTY_BOT, JSON.stringify({ trap, sabotage, poison })]
        : [BUILT_BOT, JSON.stringify(SWEEP)];
    const child = spawn(process.execPath, program, { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.#trap = trap;
    this.#exitExpected = false;
    const running = new Promise<void>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (part: Buffer) => {
          this.#log.write(part);
          if (part.includes(RUNNING_LINE)) resolve();
          if (part.includes(HANG_LINE)) this.#onHang();
        });
      }
      child.once('exit', (code, signal) => {
        resolve();
        this.exits.push(Date.now());
        if (child === this.#child && !this.#exitExpected) this.#onUnexpectedExit(child, signal ?? `code ${code}`);
      });
    });
    await Promise.race([running, wait(START_TIMEOUT_MS)]);
  }

  /** Ends the process and starts it again after `downMs`. `SIGTERM` lets it finish its replies. */
  restart(signal: 'SIGKILL' | 'SIGTERM', downMs: number, trap?: Trap): Promise<void> {
    return this.#enqueue(async () => {
      await this.#end(signal);
      await wait(downMs);
      await this.start(trap);
    });
  }

  /** Suspends the process for `forMs`, then lets it continue. */
  async hang(forMs: number): Promise<void> {
    const child = this.#child;
    this.hangs.push({ from: Date.now(), to: Date.now() + forMs });
    child?.kill('SIGSTOP');
    await wait(forMs);
    child?.kill('SIGCONT');
  }

  /** Restarts the process without its trap, if it has one. */
  disarm(): Promise<void> {
    return this.#enqueue(async () => {
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
    await this.#enqueue(() => this.#end('SIGTERM'));
    this.#log.end();
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#exitExpected = true;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    // A suspended process does not handle SIGTERM.
    child.kill('SIGCONT');
    child.kill(signal);
    await exit;
  }

  #onHang(): void {
    const { say } = this.options;
    say(`  trap: hangs ${this.#trap?.point ?? ''}`);
    this.hangs.push({ from: Date.now(), to: Date.now() + (this.#trap?.hangMs ?? 0) });
    this.#trap = undefined;
  }

  #onUnexpectedExit(child: ChildProcess, how: string): void {
    this.options.say(this.#trap ? `  trap: killed ${this.#trap.point}` : `  process exited by itself (${how})`);
    this.#trap = undefined;
    void this.#enqueue(async () => {
      await wait(RESTART_DELAY_MS);
      if (child === this.#child && !this.#stopped) await this.start();
    });
  }

  /** Runs one action at a time, in call order. */
  #enqueue(action: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(action);
    return this.#queue;
  }
}
