import type { Readable } from 'node:stream';
import type { Clock } from '../core/ports.js';

/** What may wait to be read. The server waits with more. */
const MOST_BYTES = 256 * 1_024;

/**
 * The bytes of a stream: the first at once, then what came within `everyMs`, together. A model sends a token at a time,
 * and reading each by itself takes most of the time that its answer costs. The end is told at once. Rejects as the stream
 * fails, after what came before. Whoever stops reading ends the stream.
 */
export async function* gathered(
  stream: Readable,
  everyMs: number,
  clock: Pick<Clock, 'after'>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let arrived: Uint8Array[] = [];
  let bytes = 0;
  let failure = stream.errored;
  let isOver = stream.destroyed;
  let onArrival = (): void => {};
  let onEnd = (): void => {};
  const end = (error?: Error): void => {
    failure ??= error ?? null;
    isOver = true;
    onArrival();
    onEnd();
  };
  stream.on('error', end);
  for (const event of ['end', 'close']) stream.on(event, () => end());
  stream.on('data', (chunk: Uint8Array) => {
    arrived.push(chunk);
    bytes += chunk.length;
    if (bytes >= MOST_BYTES) stream.pause();
    onArrival();
  });
  const arrival = (): Promise<void> =>
    new Promise((resolve) => {
      onArrival = resolve;
    });
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.after(everyMs, resolve);
      onEnd = () => {
        cancel();
        resolve();
      };
    });
  try {
    for (;;) {
      if (arrived.length === 0 && !isOver) await arrival();
      if (arrived.length === 0) break;
      const together = Buffer.concat(arrived);
      [arrived, bytes] = [[], 0];
      stream.resume();
      yield together;
      if (!isOver) await pause();
    }
    if (failure) throw failure;
  } finally {
    stream.destroy();
  }
}
