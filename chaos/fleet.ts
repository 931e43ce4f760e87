import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** Processes of the built bot that are killed, told to stop, and made to hang; each comes back. */
export class Fleet {
  readonly #members: (ChildProcess | undefined)[] = [];
  readonly #logs: WriteStream[] = [];

  constructor(
    readonly size: number,
    private readonly env: Record<string, string>,
    folder: string,
  ) {
    for (let at = 0; at < size; at += 1) this.#logs.push(createWriteStream(join(folder, `bot-${at}.log`)));
  }

  /** Starts whoever is not running. */
  start(at: number): void {
    const running = this.#members[at];
    if (running && running.exitCode === null && running.signalCode === null) return;
    const child = spawn(process.execPath, [MAIN], { env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
    const log = this.#logs[at];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => log?.write(part));
    this.#members[at] = child;
  }

  startAll(): void {
    for (let at = 0; at < this.size; at += 1) this.start(at);
  }

  /** Resolves when it is gone. `SIGTERM` gives it time for its replies. */
  async end(at: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#members[at];
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  hang(at: number): void {
    this.#members[at]?.kill('SIGSTOP');
  }

  wake(at: number): void {
    this.#members[at]?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    for (let at = 0; at < this.size; at += 1) this.wake(at);
    await Promise.all(this.#members.map((_, at) => this.end(at, 'SIGTERM')));
    for (const log of this.#logs) log.end();
  }
}
