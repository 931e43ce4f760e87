import { describe, expect, test } from '@jest/globals';
import type { FileContent, Sound } from '../../src/core/files.js';
import { fileReader } from '../../src/files/reader.js';
import { RecordingLogger } from '../support/doubles.js';

const BOUNDS = {
  maxBytes: 1_000_000,
  maxMegapixels: 10,
  maxPages: 100,
  maxRows: 100,
  maxTokens: 1_000,
  timeoutMs: 15_000,
};
const FILE = { id: 'F1', name: 'notes.txt' };
const stop = new AbortController();
const logger = new RecordingLogger();
const read = (text: string | Buffer, name = FILE.name, bounds = {}): Promise<FileContent | Sound> =>
  fileReader({ ...BOUNDS, ...bounds }, logger).extract(Buffer.from(text), { ...FILE, name }, stop.signal);

describe('a file is read in a process of its own', () => {
  test('several at once, each with its own content', async () => {
    const reader = fileReader(BOUNDS, logger);
    const texts = ['one', 'two', 'three', 'four'];
    const contents = texts.map((text) => reader.extract(Buffer.from(text), FILE, stop.signal));
    expect(await Promise.all(contents)).toEqual(texts.map((text) => ({ kind: 'text', text })));
  });

  test('which is killed when it takes too long', async () => {
    expect(await read('slow', FILE.name, { timeoutMs: 1 })).toEqual({ kind: 'problem', problem: 'too_slow' });
  });

  test('which is killed when the answer is no longer wanted', async () => {
    const gone = new AbortController();
    const reading = fileReader(BOUNDS, logger).extract(Buffer.from('hi'), FILE, gone.signal);
    gone.abort(new Error('edited'));
    await expect(reading).rejects.toThrow('edited');
  });

  test('and given up after three deaths', async () => {
    const reader = fileReader({ ...BOUNDS }, logger, 1_000);
    expect(await reader.extract(Buffer.from('hi'), FILE, stop.signal)).toEqual({
      kind: 'problem',
      problem: 'too_slow',
    });
    expect(logger.lines.filter(({ message }) => message.includes('died'))).toHaveLength(3);
  });
});
