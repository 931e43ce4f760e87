/** A Redis of the test's own: nothing kept on disk unless it is told to, nothing shared with another test. */
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
/** Between finding a free port and using it another process may take it. */
const MOST_PORTS = 5;
/** What a server says when it takes commands, and what a Sentinel does. */
const READY = /Ready to accept connections|Sentinel ID is/;

export interface RedisServer extends RedisPlace {
  readonly url: string;
  readonly port: number;
  /** Keeps its connections and answers nobody, until `resume`. */
  pause(): void;
  resume(): void;
  /** Gone as after a kill -9. `start` brings it back at the same address, with nothing but what it was told to write to disk. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** The server's command line, to be made anew for each port that is tried. `directory` is its own. */
export type CommandLine = (port: number, directory: string) => Promise<string[]> | string[];

/** Resolves when the server answers. `options`: further ones of its command line. */
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
  const { child: first, port, line } = await launchSomewhere(directory, commandLine);
  let child: ChildProcess | undefined = first;
  // A test run that is cut short takes its server along.
  const killAtExit = (): void => {
    child?.kill('SIGKILL');
  };
  process.once('exit', killAtExit);

  async function kill(): Promise<void> {
    const dying = child;
    child = undefined;
    if (!dying || hasExited(dying)) return;
    const gone = once(dying, 'exit');
    dying.kill('SIGKILL');
    await gone;
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
      if (!child) throw new Error(`redis-server does not start again at port ${port}`);
    },
    async stop() {
      process.off('exit', killAtExit);
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function launchSomewhere(
  directory: string,
  commandLine: CommandLine,
): Promise<{ child: ChildProcess; port: number; line: string[] }> {
  for (let ports = 0; ports < MOST_PORTS; ports += 1) {
    const port = await freePort();
    const line = await commandLine(port, directory);
    const child = await launch(line);
    if (child) return { child, port, line };
  }
  throw new Error(`redis-server does not start: ${MOST_PORTS} ports tried`);
}

/** Undefined when it ended by itself, as it does when the port is taken. */
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
