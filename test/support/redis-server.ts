/** A Redis of the test's own: nothing kept on disk, nothing shared with another test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { until } from './until.js';

const HOST = '127.0.0.1';
const START_TIMEOUT_MS = 10_000;
/** Between finding a free port and using it another process may take it. */
const MOST_PORTS = 5;

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Keeps its connections and answers nobody, until `resume`. */
  pause(): void;
  resume(): void;
  /** Gone as after a kill -9, with all it held. `start` brings an empty one back at the same address. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** For good. */
  stop(): Promise<void>;
}

/** Resolves when the server answers. `options`: further ones of its command line. */
export async function startRedis(options: string[] = []): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), 'redis-test-'));
  const { child: first, port } = await launchSomewhere(directory, options);
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

  return {
    url: `redis://${HOST}:${port}`,
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
      child = await launch(port, directory, options);
      if (!child) throw new Error(`redis-server does not start again at port ${port}`);
    },
    async stop() {
      process.off('exit', killAtExit);
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function launchSomewhere(directory: string, options: string[]): Promise<{ child: ChildProcess; port: number }> {
  for (let ports = 0; ports < MOST_PORTS; ports += 1) {
    const port = await freePort();
    const child = await launch(port, directory, options);
    if (child) return { child, port };
  }
  throw new Error(`redis-server does not start: ${MOST_PORTS} ports tried`);
}

/** Undefined when it ended by itself, as it does when the port is taken. */
async function launch(port: number, directory: string, options: string[]): Promise<ChildProcess | undefined> {
  const line = ['--port', String(port), '--bind', HOST, '--dir', directory, '--save', '', '--appendonly', 'no', ...options];
  const child = spawn('redis-server', line, { stdio: 'ignore' });
  let failure: NodeJS.ErrnoException | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  const settled = async (): Promise<boolean> => failure !== undefined || hasExited(child) || (child.pid !== undefined && (await answers(port, child.pid)));
  try {
    await until(settled, 'redis-server to answer', START_TIMEOUT_MS);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  if (failure?.code === 'ENOENT') {
    throw new Error('these tests need redis-server: "apt-get install redis-server" (Debian, Ubuntu) or "brew install redis" (macOS)', { cause: failure });
  }
  if (failure) throw failure;
  return hasExited(child) ? undefined : child;
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Whether the process `pid` answers at `port`: somebody else's server might. */
async function answers(port: number, pid: number): Promise<boolean> {
  const socket = connect(port, HOST);
  try {
    await once(socket, 'connect');
    socket.write('INFO server\r\n');
    let answer = '';
    for await (const chunk of socket) {
      answer += String(chunk);
      if (/^process_id:\d+\r$/m.test(answer)) break;
    }
    return answer.includes(`process_id:${pid}\r`);
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
