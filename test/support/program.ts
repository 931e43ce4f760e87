import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { built } from './built.js';

/** An empty folder would do: it must hold no `.env`. */
const AWAY = fileURLToPath(new URL('.', import.meta.url));

export interface Program {
  child: ChildProcess;
  /** All that it has printed so far. */
  output: () => string;
  exit: Promise<number | null>;
  untilPrinted(text: string): Promise<void>;
}

/** A program of `src` (`main`, `cli/playground`), built, with nothing in its environment but `env`. Whoever runs it kills it in the end. */
export function runProgram(name: string, env: Record<string, string>, args: readonly string[] = []): Program {
  const child = spawn(process.execPath, [built(name), ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    cwd: AWAY,
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
      const gone = exit.then((code) => `ended with ${code} and never printed "${text}"`);
      while (!output.includes(text)) {
        const ended = await Promise.race([once(print, 'more'), gone]);
        if (typeof ended === 'string') throw new Error(`${ended}:\n${output}`);
      }
    },
  };
}

/** Whether there is such a process. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
