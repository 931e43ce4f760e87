/** The process that reads a file, when the bot dies meanwhile. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import type { Order } from '../../src/files/child.js';
import { isAlive } from '../support/program.js';
import { until } from '../support/until.js';

const CHILD = new URL('../../src/files/child.ts', import.meta.url).pathname;
const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
/** A parser that never ends with this file: it says so first. */
const ENDLESS = `data:text/javascript,${encodeURIComponent(
  `import { writeSync } from 'node:fs';
  const { decode } = TextDecoder.prototype;
  TextDecoder.prototype.decode = function (bytes = new Uint8Array(), ...more) {
    if (!Buffer.from(bytes).includes('Knit one')) return decode.call(this, bytes, ...more);
    writeSync(1, 'reading ' + process.pid + ' ');
    for (;;);
  };`,
)}`;
const ORDER: Omit<Order, 'bot'> = {
  bytes: Buffer.from('Knit one'),
  file: { id: 'F1', name: 'a.txt' },
  bounds: { maxMegapixels: 1, maxPages: 1, maxRows: 1, maxTokens: 10 },
  maxMemory: 2 ** 30,
  memorySignal: 'SIGUSR2',
};
const BOT = `
  const { fork } = require('node:child_process');
  const { bytes, ...order } = ${JSON.stringify({ ...ORDER, bytes: [...ORDER.bytes] })};
  const execArgv = ['--import', ${JSON.stringify(LOADER)}, '--import', ${JSON.stringify(ENDLESS)}];
  fork(${JSON.stringify(CHILD)}, { execArgv, serialization: 'advanced' })
    .send({ ...order, bytes: Uint8Array.from(bytes), bot: process.pid });
`;

test('ends with the bot, even in the middle of a parser that never does', async () => {
  const bot = spawn(process.execPath, ['-e', BOT], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  bot.stdout.on('data', (part: Buffer) => void (output += part.toString()));
  const reading = (): number => Number(/reading (\d+) /.exec(output)?.[1] ?? 0);
  try {
    await until(() => reading() > 0, 'the file to be read', 30_000);
    expect(isAlive(reading())).toBe(true);
    const dead = once(bot, 'exit');
    bot.kill('SIGKILL');
    await dead;
    await until(() => !isAlive(reading()), 'the process that reads to end');
  } finally {
    bot.kill('SIGKILL');
    if (reading() > 0 && isAlive(reading())) process.kill(reading(), 'SIGKILL');
  }
}, 60_000);
