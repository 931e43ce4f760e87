/** A Redis for one test. Not persistent unless its options say so. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import type { RedisPlace } from './redis-place.js';
import { until } from './until.js';

export const HOST = '127.0.0.1';
const START_TIMEOUT_MS = 10_000;
/** Another process may take a free port before the server does; then the next one is tried. */
const MAX_PORTS = 5;
/** Log line of a server that is ready, and of a Sentinel. */
const READY = /Ready to accept connections|Sentinel ID is/;

export interface RedisServer extends RedisPlace {
  readonly url: string;
  readonly port: number;
  /** Suspends the process until `resume`: connections stay open, commands get no answer. */
  pause(): void;
  resume(): void;
  /** Sends SIGKILL. `start` restarts it at the same address, with only the data it had written to disk. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** Makes the server's command line, once per port that is tried. `directory` belongs to this server. */
export type CommandLine = (port: number, directory: string) => Promise<string[]> | string[];

/** Resolves when the server is ready. `options`: more command line options. */
export function startRedis(options: string[] = []): Promise<RedisServer> {
  return startServer((port, directory) => [
    '--port',
    String(port),
    '--bind',
    HOST,
    '--dir',
    directory,
    '--save',
    '',
    '--appendonly',
    'no',
    ...options,
  ]);
}

export async function startServer(commandLine: CommandLine): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), 'redis-test-'));
  const { child: first, port, line } = await launchAtFreePort(directory, commandLine);
  let child: ChildProcess | undefined = first;
  // Leaves no server behind when the test run is interrupted.
  const killAtExit = (): void => {
    child?.kill('SIGKILL');
  };
  process.once('exit', killAtExit);

  async function kill(): Promise<void> {
    const victim = child;
    child = undefined;
    if (!victim || hasExited(victim)) return;
    const exit = once(victim, 'exit');
    victim.kill('SIGKILL');
    await exit;
  }

  const url = `redis://${HOST}:${port}`;
  return {
    url,
    env: { REDIS_URL: url },
    port,
    pause() {
      child?.kill('SIGSTOP');
    },
    resume() {
      child?.kill('SIGCONT');
    },
    kill,
    async start() {
      await kill();
      child = await launch(line);
      if (!child) throw new Error(`redis-server does not restart at port ${port}: is the port taken?`);
    },
    async stop() {
      process.off('exit', killAtExit);
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function launchAtFreePort(
  directory: string,
  commandLine: CommandLine,
): Promise<{ child: ChildProcess; port: number; line: string[] }> {
  for (let ports = 0; ports < MAX_PORTS; ports += 1) {
    const port = await freePort();
    const line = await commandLine(port, directory);
    const child = await launch(line);
    if (child) return { child, port, line };
  }
  throw new Error(`redis-server does not start: tried ${MAX_PORTS} ports`);
}

/** Undefined when the server exited, for example because the port is taken. */
async function launch(line: string[]): Promise<ChildProcess | undefined> {
  const child = spawn('redis-server', line, { stdio: ['ignore', 'pipe', 'ignore'] });
  let failure: NodeJS.ErrnoException | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  let log = '';
  child.stdout.on('data', (chunk: Buffer) => {
    if (!READY.test(log)) log += String(chunk);
  });
  try {
    await until(
      () => failure !== undefined || hasExited(child) || READY.test(log),
      'redis-server to be ready',
      START_TIMEOUT_MS,
    );
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  if (failure?.code === 'ENOENT') {
    throw new Error(
      'these tests need redis-server: "apt-get install redis-server" (Debian, Ubuntu) or "brew install redis" (macOS)',
      { cause: failure },
    );
  }
  if (failure) throw failure;
  return hasExited(child) ? undefined : child;
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
