import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { built } from './built.js';

/** Any folder without a `.env`. */
const WORKING_DIRECTORY = fileURLToPath(new URL('.', import.meta.url));

export interface Program {
  child: ChildProcess;
  /** Everything printed so far, stdout and stderr. */
  output: () => string;
  exit: Promise<number | null>;
  /** Rejects when the program exits without printing `text`. */
  untilPrinted(text: string): Promise<void>;
}

/**
 * Starts a built program of `src` (`main`, `cli/playground`) with only PATH and `env` as environment. The caller must
 * kill it.
 */
export function runProgram(name: string, env: Record<string, string>, args: readonly string[] = []): Program {
  const child = spawn(process.execPath, [built(name), ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    cwd: WORKING_DIRECTORY,
  });
  let output = '';
  const print = new EventEmitter();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += String(chunk);
      print.emit('more');
    });
  }
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  return {
    child,
    output: () => output,
    exit,
    async untilPrinted(text) {
      const exited = exit.then((code) => `exited with code ${code} without printing "${text}"`);
      while (!output.includes(text)) {
        const ended = await Promise.race([once(print, 'more'), exited]);
        if (typeof ended === 'string') throw new Error(`${ended}:\n${output}`);
      }
    },
  };
}

/** Whether the process exists. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
