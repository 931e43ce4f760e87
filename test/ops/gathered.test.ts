import { PassThrough, type Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { gathered } from '../../src/ops/gathered.js';
import { FakeClock } from '../support/clock.js';

const EVERY_MS = 80;
let clock: FakeClock;
let stream: PassThrough;
/** What was read so far, and how that ended. */
let read: string[];

beforeEach(() => {
  clock = new FakeClock();
  stream = new PassThrough();
  read = [];
});

async function reading(from: Readable = stream): Promise<void> {
  try {
    for await (const bytes of gathered(from, EVERY_MS, clock)) read.push(String(Buffer.from(bytes)));
    read.push('end');
  } catch (error) {
    read.push(String(error));
  }
}

async function send(...chunks: string[]): Promise<void> {
  for (const chunk of chunks) stream.write(chunk);
  await turn();
}

describe('a stream read in parts', () => {
  test('gives the first at once, then what came within the time, together', async () => {
    void reading();
    await send('a');
    expect(read).toEqual(['a']);
    await send('b');
    await send('c', 'd');
    await clock.advance(EVERY_MS - 1);
    expect(read).toEqual(['a']);
    await clock.advance(1);
    expect(read).toEqual(['a', 'bcd']);
  });

  test('gives at once what comes after a longer silence', async () => {
    void reading();
    await send('a');
    await clock.advance(EVERY_MS);
    await send('b');
    expect(read).toEqual(['a', 'b']);
  });

  test('ends at once with its stream', async () => {
    const done = reading();
    await send('a');
    await send('b');
    stream.end('c');
    await done;
    expect(read).toEqual(['a', 'bc', 'end']);
  });

  test.each([
    ['before', ['Error: reset']],
    ['after', ['a', 'b', 'Error: reset']],
  ])('fails with its stream, %s something came, after what came', async (when, expected) => {
    stream.on('error', () => {});
    if (when === 'before') stream.destroy(new Error('reset'));
    await turn();
    const done = reading();
    if (when === 'after') {
      await send('a');
      await send('b');
      stream.destroy(new Error('reset'));
    }
    await done;
    expect(read).toEqual(expected);
  });

  test('is ended by whoever stops reading', async () => {
    void send('a');
    for await (const bytes of gathered(stream, EVERY_MS, clock)) if (bytes.length > 0) break;
    expect(stream.destroyed).toBe(true);
  });

  test('takes no more than it may hold, until that is read', async () => {
    void reading();
    await send('a');
    const chunk = 'x'.repeat(64 * 1_024);
    for (let count = 0; count < 40; count += 1) await send(chunk);
    expect(stream.isPaused()).toBe(true);
    for (let times = 0; times < 40; times += 1) await clock.advance(EVERY_MS).then(() => turn());
    stream.end();
    await turn();
    expect(read.join('').length).toBe(1 + 40 * chunk.length + 'end'.length);
    expect(Math.max(...read.map((text) => text.length))).toBeLessThan(1_024 * 1_024);
  });
});
