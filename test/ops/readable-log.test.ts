import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { createLogger } from '../../src/ops/logger.js';
import { logWriter } from '../../src/ops/readable-log.js';
import { built } from '../support/built.js';

/** What a terminal, or a pipe, gets of these log calls. */
async function written(terminal: { isTTY: boolean; colors?: boolean }, log: (line: string) => string): Promise<string> {
  let text = '';
  const write = (part: string | Uint8Array): boolean => {
    text += String(part);
    return true;
  };
  const { isTTY, colors = false } = terminal;
  const writer = await logWriter({ isTTY, hasColors: () => colors, write });
  writer(log(''));
  return text;
}

function lineOf(facts: object, message: string): string {
  const lines: string[] = [];
  createLogger('debug', (line) => lines.push(line)).warn(facts, message);
  return lines.join('');
}

describe('a log line on a terminal', () => {
  test('is one line with the time, the level, the message and the facts', async () => {
    const line = await written({ isTTY: true }, () => lineOf({ conversation: 'T1:C1:1.1', after: 3 }, 'answered'));
    expect(line).toMatch(/^\[\d\d:\d\d:\d\d\] WARN: answered \{"conversation":"T1:C1:1\.1","after":3\}\n$/);
  });

  test('is one line with an error too, whatever the error says', async () => {
    const err = new Error('refused\n  twice \u001B[31m\u009B31m', { cause: new Error('no route') });
    const line = await written({ isTTY: true }, () => lineOf({ err }, 'cannot\ngo on \u001B[2J'));
    expect(line).toMatch(/^\[[\d:]+\] WARN: cannot go on +\[2J \{"err":"refused {3}twice +\[31m\S*31m: no route"\}\n$/);
    expect(line.slice(0, -1)).not.toMatch(/\p{Cc}/u);
  });

  test('has color only where the terminal has', async () => {
    const log = (): string => lineOf({}, 'answered');
    expect(await written({ isTTY: true, colors: true }, log)).toContain('\u001B[');
    expect(await written({ isTTY: true }, log)).not.toContain('\u001B[');
  });

  test('stays as it is when it is not the logger that wrote it', async () => {
    expect(await written({ isTTY: true }, () => 'Warning: something\n')).toBe('Warning: something\n');
    expect(await written({ isTTY: true }, () => '7\n')).toBe('7\n');
  });
});

test('anywhere else it stays JSON', async () => {
  const line = await written({ isTTY: false }, () => lineOf({ conversation: 'T1:C1:1.1' }, 'answered'));
  expect(JSON.parse(line)).toMatchObject({ level: 'warn', msg: 'answered' });
});

test('the built bot loads the formatter only when it is needed', () => {
  const program = readFileSync(built('main'), 'utf8');
  expect(program).not.toContain('prettifyObject');
  const imports = program.match(/(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*["']pino-pretty["']/g);
  expect(imports).toEqual(['import("pino-pretty"']);
});
