import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Bot } from './bots.js';

/** Linux counts CPU time in hundredths of a second (`getconf CLK_TCK`). */
const MS_PER_TICK = 10;
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 30_000;

/** A bot in a process of its own, seen from outside: what Linux says of it. Nothing is loaded into it. */
export class MeasuredProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly pid: number,
  ) {}

  /** Resolves when the bot says that it is ready. `nodeOptions`: of node, before the program. */
  static async start(
    { title, program, ready }: Bot,
    env: Record<string, string>,
    nodeOptions: string[] = [],
  ): Promise<MeasuredProcess> {
    if (process.platform !== 'linux')
      throw new Error('CPU time and memory of processes are read from /proc: use Linux');
    const child = spawn(process.execPath, [...nodeOptions, program], {
      // No `.env` there.
      cwd: tmpdir(),
      env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // Leaves no bot behind when the bench is interrupted.
    const killAtExit = (): void => void child.kill('SIGKILL');
    process.once('exit', killAtExit);
    child.once('exit', () => process.off('exit', killAtExit));
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`${title} is not ready after ${START_TIMEOUT_MS} ms`));
      }, START_TIMEOUT_MS);
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`${title} exited with code ${code} before it was ready`)));
      child.stdout.on('data', (chunk: Buffer) => {
        if (!chunk.includes(ready)) return;
        clearTimeout(late);
        resolve();
      });
    });
    if (child.pid === undefined) throw new Error(`${title} has no process id`);
    return new MeasuredProcess(child, child.pid);
  }

  /** CPU time of all its threads since the start, user and system. */
  get cpuMs(): number {
    const stat = readFileSync(`/proc/${this.pid}/stat`, 'utf8');
    // The second field, the program's name, may contain anything; the fields after it begin with the third.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [user = Number.NaN, system = Number.NaN] = fields.slice(11, 13).map(Number);
    return (user + system) * MS_PER_TICK;
  }

  /** Resident memory now. */
  get memoryMiB(): number {
    return this.statusMiB('VmRSS');
  }

  /** Most resident memory so far. */
  get peakMemoryMiB(): number {
    return this.statusMiB('VmHWM');
  }

  private statusMiB(field: string): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1_024;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    const late = setTimeout(() => this.child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    this.child.kill('SIGTERM');
    await exit;
    clearTimeout(late);
  }
}
