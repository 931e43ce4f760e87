/** Reads each file in a separate process, with bounds of time and memory. */
import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { FileBounds, FileContent, Sound } from '../core/files.js';
import type { FileReader, Logger } from '../core/ports.js';
import type { Order } from './child.js';

const MEGABYTE = 2 ** 20;
/** Of all that is not the file, and of what is made of it. */
const MAX_MEMORY_BYTES = 512 * MEGABYTE;
const MAX_HEAP_MEGABYTES = 256;
/** Unlike a system that is short of memory, which kills for the sake of others: another attempt would end the same. */
const MEMORY_SIGNAL = 'SIGUSR2';
/** In one process of the bot. Others wait. */
const AT_ONCE = 2;
/** The system may have killed it for the sake of others. */
const MAX_DEATHS = 3;

/** `maxMemory`: bytes that a process may take. */
export function fileReader(bounds: FileBounds, logger: Logger, maxMemory = MAX_MEMORY_BYTES): FileReader {
  let free = AT_ONCE;
  const waiting: (() => void)[] = [];

  /** Runs `work` as soon as fewer than `AT_ONCE` others run. */
  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  }

  return {
    async extract(bytes, file, signal) {
      const order: Order = { bytes, file, bounds, maxMemory, memorySignal: MEMORY_SIGNAL, bot: process.pid };
      for (let death = 1; ; death += 1) {
        signal.throwIfAborted();
        const read = await inTurn(() => readOnce(order, bounds.timeoutMs, signal));
        if (read !== 'died') return read;
        logger.warn({ file: file.id, death }, 'the process reading a file died');
        if (death === MAX_DEATHS) return { kind: 'problem', problem: 'too_slow' };
      }
    },
  };
}

function readOnce(order: Order, timeoutMs: number, signal: AbortSignal): Promise<FileContent | Sound | 'died'> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const child = startChild();
    const limit = AbortSignal.timeout(timeoutMs);
    const kill = (): void => void child.kill('SIGKILL');
    for (const end of [limit, signal]) end.addEventListener('abort', kill, { once: true });
    child.once('message', (content) => resolve(content as FileContent | Sound));
    child.once('error', () => resolve('died'));
    child.once('exit', (_code, endedBy) => {
      signal.removeEventListener('abort', kill);
      if (signal.aborted) reject(signal.reason as Error);
      else if (endedBy === MEMORY_SIGNAL) resolve({ kind: 'problem', problem: 'too_large' });
      else resolve(limit.aborted ? { kind: 'problem', problem: 'too_slow' } : 'died');
    });
    // A child that died at once: `exit` tells.
    child.send(order, () => {});
  });
}

/** Without the bot's environment, which holds its tokens. */
function startChild(): ChildProcess {
  // Not built: the tests, and the tools that run from the sources.
  const isSource = import.meta.url.endsWith('.ts');
  const program = fileURLToPath(new URL(isSource ? './child.ts' : './child.js', import.meta.url));
  const loader = isSource ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href] : [];
  return fork(program, {
    env: {},
    execArgv: [`--max-old-space-size=${MAX_HEAP_MEGABYTES}`, ...loader],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}
