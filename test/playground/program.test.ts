/** The playground as a program: output, exit codes, cleanup. */
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { PID_FILE, startOwnRedis } from '../../src/playground/own-redis.js';
import { freePort } from '../support/free-port.js';
import { isAlive, type Program, runProgram } from '../support/program.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { post, stateAt } from './support.js';

const ADDRESS = /http:\/\/127\.0\.0\.1:(\d+)\//;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

function run(args: string[], env: Record<string, string> = {}): Program {
  const program = runProgram('cli/playground', env, args);
  cleanUps.push(() => program.child.kill('SIGKILL'));
  return program;
}

/** Starts a playground and waits until its page is served. `bot`: process id of its bot. */
async function running(env: Record<string, string> = {}): Promise<Program & { address: string; bot: number }> {
  const program = run(['--port', '0'], env);
  await program.untilPrinted('conversations in');
  const [address = ''] = ADDRESS.exec(program.output()) ?? [];
  const { pid: bot = 0 } = (await stateAt(address)).process;
  expect(isAlive(bot)).toBe(true);
  return { ...program, address, bot };
}

describe('the page', () => {
  test('is announced with how to stop and who answers, and Ctrl-C ends program and bot', async () => {
    // Without a `redis-server` to be found.
    const program = await running({ PATH: '' });
    expect(program.output()).toMatch(
      /^Playground: http:\/\/127\.0\.0\.1:\d+\/ \(press Ctrl-C to stop\)\nNo OPENAI_API_KEY: .* demo model; conversations in memory\.\n/,
    );
    expect((await fetch(program.address)).status).toBe(200);
    program.child.kill('SIGINT');
    expect(await program.exit).toBe(0);
    expect(isAlive(program.bot)).toBe(false);
    expect(program.output()).not.toMatch(/error/i);
  });

  test('is served on another port when the requested one is taken', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    cleanUps.push(() => other.close());
    const program = run(['--port', String(port)]);
    await program.untilPrinted(`(port ${port} is taken)`);
    expect(ADDRESS.exec(program.output())?.[1]).not.toBe(String(port));
  });

  test('is opened in the browser with --open', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'skein-'));
    cleanUps.push(() => rmSync(folder, { recursive: true }));
    const opened = join(folder, 'opened');
    // Stands for the system's own, by its names on Linux and macOS.
    for (const name of ['xdg-open', 'open'])
      writeFileSync(join(folder, name), `#!/bin/sh\necho "$1" > "${opened}"\n`, { mode: 0o755 });
    const program = run(['--port', '0', '--open'], { PATH: `${folder}:${process.env['PATH'] ?? ''}` });
    await program.untilPrinted('conversations in');
    const address = ADDRESS.exec(program.output())?.[0] ?? '';
    await until(() => existsSync(opened) && readFileSync(opened, 'utf8').trim() === address, 'the browser to open');
  });

  test.each([
    ['with a Redis of its own', {}],
    ['without one', { PATH: '' }],
  ])('leaves no bot behind when it is killed while a reply is written, %s', async (_, env) => {
    const program = await running(env);
    const { people, channels, bot } = await stateAt(program.address);
    const said = { user: people[0]?.id ?? '', channel: channels[0]?.id ?? '', text: `<@${bot.id}> long` };
    expect((await post(`${program.address}say`, said)).status).toBe(200);
    await until(
      async () => (await stateAt(program.address)).channels[0]?.messages.some(({ user }) => user === bot.id) === true,
      'the reply to begin',
    );
    program.child.kill('SIGKILL');
    await program.exit;
    await until(() => !isAlive(program.bot), 'the bot to end');
  });
});

describe('a Redis of its own, where one is installed', () => {
  /** Starts a playground; resolves with it, its folder for temporary files, and the process id of its Redis. */
  async function withOwnRedis(): Promise<{
    program: Awaited<ReturnType<typeof running>>;
    files: string;
    redis: number;
  }> {
    const files = mkdtempSync(join(tmpdir(), 'skein-test-'));
    cleanUps.push(() => rmSync(files, { recursive: true, force: true }));
    const program = await running({ TMPDIR: files });
    expect(program.output()).toContain('conversations in Redis');
    const [directory = ''] = readdirSync(files);
    const redis = Number(readFileSync(join(files, directory, PID_FILE), 'utf8'));
    expect(isAlive(redis)).toBe(true);
    return { program, files, redis };
  }

  test('ends with the program', async () => {
    const { program, files, redis } = await withOwnRedis();
    program.child.kill('SIGINT');
    expect(await program.exit).toBe(0);
    expect(isAlive(redis)).toBe(false);
    expect(readdirSync(files)).toEqual([]);
  });

  test('ends when the program is killed', async () => {
    const { program, redis } = await withOwnRedis();
    program.child.kill('SIGKILL');
    await until(() => !isAlive(redis), 'the Redis to end');
    await until(() => !isAlive(program.bot), 'the bot to end');
  });

  test('is none where it cannot be started', async () => {
    expect(await startOwnRedis('/nowhere/redis-server')).toBeUndefined();
    // It ends at once.
    expect(await startOwnRedis('false')).toBeUndefined();
  });
});

describe('its data is deleted from Redis', () => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });
  const keys = (): Promise<string[]> => redis.keys('*');

  test('when its terminal is closed', async () => {
    const program = await running({ REDIS_URL: server.url });
    expect(await keys()).not.toEqual([]);
    // Closing a terminal signals both processes.
    process.kill(program.bot, 'SIGHUP');
    program.child.kill('SIGHUP');
    expect(await program.exit).toBe(0);
    expect(await keys()).toEqual([]);
  });

  test('when its bot was killed before', async () => {
    const program = await running({ REDIS_URL: server.url });
    expect(await keys()).not.toEqual([]);
    process.kill(program.bot, 'SIGKILL');
    await until(() => !isAlive(program.bot), 'the bot to end');
    program.child.kill('SIGINT');
    expect(await program.exit).toBe(0);
    expect(await keys()).toEqual([]);
  });

  test('when it is killed while its bot logs a lot', async () => {
    const program = await running({ REDIS_URL: server.url, LOG_LEVEL: 'trace' });
    expect(await keys()).not.toEqual([]);
    program.child.kill('SIGKILL');
    await until(() => !isAlive(program.bot), 'the bot to end');
    expect(await keys()).toEqual([]);
  });
});

describe('invalid input', () => {
  test.each<[string, string[], Record<string, string>, RegExp]>([
    ['an unknown flag', ['--prot', '1'], {}, /there is no flag --prot\n\nUsage: /],
    [
      'a model without a service',
      ['--model', 'gpt-5'],
      {},
      /--model: there is no service to ask for gpt-5\n +→ set OPENAI_API_KEY/,
    ],
    [
      'a missing prompt file',
      ['--system-prompt-file', './none.md'],
      {},
      / --system-prompt-file: there is no file \.\/none\.md/,
    ],
    ['an invalid setting', [], { THREAD_REPLIES: 'never' }, /THREAD_REPLIES: must be one of/],
  ])('%s is reported, and the program exits', async (_, args, env, message) => {
    const program = run(args, env);
    expect(await program.exit).toBe(1);
    expect(program.output()).toMatch(message);
  });

  test('an unreachable Redis is reported, without its password', async () => {
    const program = run(['--port', '0'], {
      REDIS_URL: `redis://:hush@127.0.0.1:${await freePort()}`,
      START_TIMEOUT_MS: '1000',
    });
    expect(await program.exit).toBe(1);
    expect(program.output()).toMatch(/The playground can't start: .*Redis/);
    expect(program.output()).not.toContain('hush');
  });
});

test('--terminal is a chat: answers with token counts, the context, a new conversation', async () => {
  const program = run(['--terminal']);
  program.child.stdin?.end('the wool is red\nand now?\n/context\n/new\nwhat colour?\n/foo\n');
  expect(await program.exit).toBe(0);
  const [, first = '', second = ''] = program.output().split('Type /help for commands.');
  expect(first).toMatch(
    /\*\*you\*\*: the wool is red[^]*\n\[\d+ tokens read \(0 of them cached\), \d+ written, estimated, [\d.]+ s\]\n/,
  );
  expect(first).toMatch(/\*\*you\*\*: and now\?[^]*\[\d+ tokens read \([1-9]\d* of them cached\)/);
  expect(first).toMatch(/── user, \d+ tokens\nthe wool is red\n/);
  // The stand-in introduces itself when the conversation has no reply of the bot yet.
  expect(first.trimStart()).toMatch(/^That takes a real model/);
  expect(program.output()).not.toMatch(/── assistant, \d+ tokens\nThis is a new conversation/);
  expect(second).toMatch(/\*\*you\*\*: what colour\?/);
  expect(second).not.toContain('the wool is red');
  expect(second).toContain('There is no command /foo; nothing was sent.');
});
