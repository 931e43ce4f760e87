import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
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
    // As a system does that is short of memory.
    const killed: number[] = [];
    const kill = (message: unknown): void => {
      const { process: child } = message as { process: ChildProcess };
      child.once('spawn', () => killed.push(child.pid ?? 0) && child.kill('SIGKILL'));
    };
    subscribe('child_process', kill);
    try {
      expect(await read('hi')).toEqual({ kind: 'problem', problem: 'too_slow' });
    } finally {
      unsubscribe('child_process', kill);
    }
    expect(killed).toHaveLength(3);
    expect(logger.lines.filter(({ message }) => message.includes('died'))).toHaveLength(3);
  });

  test('and not tried again if it takes more memory than it may', async () => {
    const before = logger.lines.length;
    const reader = fileReader(BOUNDS, logger, 1_000);
    const content = await reader.extract(Buffer.from('hi'), FILE, stop.signal);
    expect(content).toEqual({ kind: 'problem', problem: 'too_large' });
    expect(logger.lines).toHaveLength(before);
  });
});
