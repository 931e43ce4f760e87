import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const PROBE = new URL('probe.mjs', import.meta.url).href;

/** Milliseconds since 1970, with fractions. */
export interface Notes {
  /** When HTTP requests came in. */
  received: number[];
  /** When requests to the model were sent. */
  asked: number[];
}

/** The built program in a process of its own. */
export class BotProcess {
  private constructor(private readonly child: ChildProcess) {}

  /** Resolves when it takes events. */
  static async start(env: Record<string, string>): Promise<BotProcess> {
    const child = spawn(process.execPath, ['--expose-gc', '--import', PROBE, MAIN], {
      env,
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the bot ended with ${code}`)));
      child.stdout?.on('data', (chunk: Buffer) => {
        if (chunk.includes('Skein is running')) resolve();
      });
    });
    return new BotProcess(child);
  }

  notes(): Promise<Notes> {
    return this.ask('notes');
  }

  /** What is left on the heap after a collection, which disturbs: not between two questions. */
  heapBytes(): Promise<number> {
    return this.ask('heap');
  }

  /** Memory of the whole process. */
  rssBytes(): Promise<number> {
    return this.ask('rss');
  }

  private async ask<T>(what: string): Promise<T> {
    const answer = once(this.child, 'message') as Promise<[T]>;
    this.child.send(what);
    return (await answer)[0];
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const exit = once(this.child, 'exit');
    this.child.kill(signal);
    await exit;
  }
}
