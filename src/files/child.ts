/**
 * The process that reads one file: it may die, whatever the file makes of its parser, and the bot goes on. It knows no
 * token and no key.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { FileContent, FileReference } from '../core/files.js';
import { extract, type ExtractionBounds } from './extract.js';

/** From the bot. */
export interface Order {
  readonly bytes: Uint8Array;
  readonly file: FileReference;
  readonly bounds: ExtractionBounds;
  /** Bytes that the whole process may take. */
  readonly maxMemory: number;
  /** What it ends itself with if it takes more. */
  readonly memorySignal: NodeJS.Signals;
  /** Process id of the bot. */
  readonly bot: number;
}

/**
 * A thread of its own: a parser that is at work lets nothing else run in this one. If the bot is killed, nobody else ends
 * this process when its time is over.
 */
const WATCHDOG = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { maxMemory, memorySignal, bot } = workerData;
  const look = () => {
    if (process.ppid !== bot) process.kill(process.pid, 'SIGKILL');
    if (process.memoryUsage.rss() > maxMemory) process.kill(process.pid, memorySignal);
  };
  look();
  setInterval(look, 10);
  parentPort.postMessage('watching');
`;

/** Resolves when it watches. */
async function watch({ maxMemory, memorySignal, bot }: Order): Promise<void> {
  const watchdog = new Worker(WATCHDOG, { eval: true, workerData: { maxMemory, memorySignal, bot }, execArgv: [] });
  watchdog.unref();
  await once(watchdog, 'message');
}

process.once('message', (order: Order) => {
  void watch(order)
    .then(() => extract(order.bytes, order.file, order.bounds))
    // Parsers throw what they like for what they cannot read.
    .catch((): FileContent => ({ kind: 'problem', problem: 'broken' }))
    .then((content) => process.send?.(content, () => process.exit()));
});
// A parser of damaged files may leave promises behind that fail later. What it was asked for is awaited above.
process.on('unhandledRejection', () => {});
// The bot is gone.
process.once('disconnect', () => process.exit());
