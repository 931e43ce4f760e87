import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const PROBE = new URL('probe.mjs', import.meta.url).href;

/** Milliseconds since 1970, with fractions. */
export interface Timestamps {
  /** HTTP requests received. */
  received: number[];
  /** Requests sent to the model. */
  modelRequests: number[];
}

export interface Usage {
  /** CPU time of all threads since the start. */
  cpuMs: number;
  rssBytes: number;
  /** Most resident memory since the start. */
  peakBytes: number;
  /** How late the event loop was since the last call of `usage`; measured from the first one on. */
  loopDelayMs: { p50: number; p99: number; max: number };
}

/** The built bot in a child process. */
export class BotProcess {
  private constructor(private readonly child: ChildProcess) {}

  /** Resolves when the bot is ready for events. */
  static async start(env: Record<string, string>): Promise<BotProcess> {
    const child = spawn(process.execPath, ['--expose-gc', '--import', PROBE, MAIN], {
      env,
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the bot exited with code ${code} before it was ready`)));
      child.stdout?.on('data', (chunk: Buffer) => {
        if (chunk.includes('Skein is running')) resolve();
      });
    });
    return new BotProcess(child);
  }

  timestamps(): Promise<Timestamps> {
    return this.request('timestamps');
  }

  /** Heap in use after a garbage collection. The collection takes time: do not call between measurements of latency. */
  heapBytes(): Promise<number> {
    return this.request('heap');
  }

  /** Resident memory of the process. */
  rssBytes(): Promise<number> {
    return this.request('rss');
  }

  usage(): Promise<Usage> {
    return this.request('usage');
  }

  private async request<T>(what: string): Promise<T> {
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
