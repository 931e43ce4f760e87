/** Edge cases of the terminal chat. */
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { chatInTerminal } from '../../src/playground/terminal.js';
import { until } from '../support/until.js';
import { type OpenPlayground, playgroundForTests } from './support.js';

let playground: OpenPlayground;
beforeEach(async () => {
  playground = await playgroundForTests();
});
afterEach(() => playground.stop());

test('a question fails after the bot has died', async () => {
  const { bot } = playground;
  const [input, output] = [new PassThrough(), new PassThrough()];
  const chat = chatInTerminal(playground, input, output);
  process.kill(bot.status.pid ?? 0, 'SIGKILL');
  await until(() => bot.status.state === 'gone', 'the bot to be gone');
  input.end('hello?\n');
  await expect(chat).rejects.toThrow(/process has ended/);
});

test('control characters in a reply do not reach the terminal', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const chat = chatInTerminal(playground, input, output);
  input.end('\u001B[2Jhello\n');
  await chat;
  const shown = String(output.read());
  expect(shown).toContain('\uFFFD\\[2Jhello');
  expect(shown).not.toContain('\u001B');
});

test('a file that the bot posts is named', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const chat = chatInTerminal(playground, input, output);
  input.end('a file, please\n');
  await chat;
  expect(String(output.read())).toContain('\n[file: yarns.csv]');
});

test('a picture that the bot has made is named, and so is one that it has changed', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const chat = chatInTerminal(playground, input, output);
  input.end('a picture, please\nmake it blue\n');
  await chat;
  const shown = String(output.read());
  expect(shown).toContain('\n[file: yarn.png]');
  expect(shown).toContain('\n[file: yarn-blue.png]');
});
