/** A Redis of the playground's own, where a `redis-server` is installed: nothing to set up, and gone when it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const HOST = '127.0.0.1';
const READY = 'Ready to accept connections';
/** In its directory. */
export const PID_FILE = 'redis.pid';
/** Somebody else may take a free port before the server does. */
const MAX_ATTEMPTS = 3;

export interface OwnRedis {
  readonly url: string;
  readonly pid: number;
  /** Its working directory. */
  readonly directory: string;
  stop(): Promise<void>;
}

/** Undefined where no server can be started, above all because none is installed. */
export async function startOwnRedis(program = 'redis-server'): Promise<OwnRedis | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'skein-playground-'));
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const port = await freePort();
    const server = spawn(program, optionsFor(port, directory), { stdio: ['ignore', 'pipe', 'ignore'] });
    const { pid } = server;
    if ((await isReady(server)) && pid !== undefined)
      return running(server, { url: `redis://${HOST}:${port}`, pid, directory });
    // Not installed: `spawn` has emitted an error in place of an exit.
    if (pid === undefined) break;
  }
  await rm(directory, { recursive: true, force: true });
  return undefined;
}

/** Nothing on disk: what is said in the playground is forgotten with it. */
function optionsFor(port: number, directory: string): string[] {
  return [
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
    '--pidfile',
    join(directory, PID_FILE),
  ];
}

function running(server: ChildProcess, own: Omit<OwnRedis, 'stop'>): OwnRedis {
  // Where the program ends without `stop`.
  const kill = (): void => {
    server.kill('SIGKILL');
  };
  process.once('exit', kill);
  return {
    ...own,
    async stop() {
      process.off('exit', kill);
      if (server.exitCode === null && server.signalCode === null) {
        const gone = once(server, 'exit');
        server.kill('SIGKILL');
        await gone;
      }
      await rm(own.directory, { recursive: true, force: true });
    },
  };
}

/** False when it ends before, or was never started. */
function isReady(server: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.once('exit', () => resolve(false));
    // Reads on to the end: a full pipe would stop the server.
    if (server.stdout) createInterface(server.stdout).on('line', (line) => line.includes(READY) && resolve(true));
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, HOST);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
