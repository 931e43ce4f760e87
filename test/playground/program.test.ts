/** The playground as a program: what somebody meets who starts it for the first time. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { freePort } from '../support/free-port.js';
import { type Program, runProgram } from '../support/program.js';
import { until } from '../support/until.js';

const ADDRESS = /http:\/\/127\.0\.0\.1:(\d+)\//;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

function run(args: string[], env: Record<string, string> = {}): Program {
  const program = runProgram('playground.ts', env, args);
  cleanUps.push(() => program.child.kill('SIGKILL'));
  return program;
}

/** Process ids of the bots that this process has started. Linux and macOS. */
function botsOf(pid: number | undefined): string[] {
  const lines = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, id = '', parent, args] = /^ *(\d+) +(\d+) (.*)$/.exec(line) ?? [];
    return parent === String(pid) && args?.includes('bot-program') ? [id] : [];
  });
}

const isAlive = (pid: string): boolean => {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
};

describe('the page', () => {
  test('is told of in one line, and Ctrl-C ends it all', async () => {
    const program = run(['--port', '0']);
    await program.untilPrinted('\n');
    expect(program.output()).toMatch(/^Skein's playground: http:\/\/127\.0\.0\.1:\d+\/, Ctrl-C ends it \(no OPENAI_API_KEY: .*; conversations in memory\)\n$/);
    const [address = ''] = ADDRESS.exec(program.output()) ?? [];
    expect((await fetch(address)).status).toBe(200);
    const bots = botsOf(program.child.pid);
    expect(bots).toHaveLength(1);
    program.child.kill('SIGINT');
    expect(await program.exit).toBe(0);
    expect(bots.filter(isAlive)).toEqual([]);
    expect(program.output().split('\n')).toHaveLength(2);
  });

  test('is served on another port when its own is taken', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    cleanUps.push(() => other.close());
    const program = run(['--port', String(port)]);
    await program.untilPrinted(`(port ${port} is taken)`);
    expect(ADDRESS.exec(program.output())?.[1]).not.toBe(String(port));
  });

  test('leaves no bot behind when it is killed', async () => {
    const program = run(['--port', '0']);
    await program.untilPrinted('\n');
    const bots = botsOf(program.child.pid);
    expect(bots).toHaveLength(1);
    program.child.kill('SIGKILL');
    await program.exit;
    await until(() => !bots.some(isAlive), 'the bot to end');
  });
});

describe('what cannot be', () => {
  test.each<[string, string[], Record<string, string>, RegExp]>([
    ['a flag there is not', ['--prot', '1'], {}, /there is no flag --prot\n\nUsage: /],
    ['a model without a service', ['--model', 'gpt-5'], {}, /--model: there is no service to ask for gpt-5\n +→ set OPENAI_API_KEY/],
    ['a prompt file that is not there', ['--system-prompt-file', './none.md'], {}, /SYSTEM_PROMPT_FILE: there is no file \.\/none\.md/],
    ['a setting that cannot be read', [], { THREAD_REPLIES: 'never' }, /THREAD_REPLIES: must be one of/],
  ])('%s is said, and the program ends', async (_, args, env, message) => {
    const program = run(args, env);
    expect(await program.exit).toBe(1);
    expect(program.output()).toMatch(message);
  });

  test('a Redis that is away is said, without its password', async () => {
    const program = run(['--port', '0'], { REDIS_URL: `redis://:hush@127.0.0.1:${await freePort()}`, START_TIMEOUT_MS: '1000' });
    expect(await program.exit).toBe(1);
    expect(program.output()).toMatch(/The playground cannot start: .*Redis/);
    expect(program.output()).not.toContain('hush');
  });
});

test('--terminal is a chat: an answer with its tokens, the context, and a conversation anew', async () => {
  const program = run(['--terminal']);
  program.child.stdin?.end('the wool is red\nand now?\n/context\n/new\nwhat colour?\n/foo\n');
  expect(await program.exit).toBe(0);
  const [, first = '', second = ''] = program.output().split('/help says what else there is.');
  expect(first).toMatch(/\*\*you\*\*: the wool is red[^]*\n\[\d+ tokens read \(0 of them cached\), \d+ written, estimated, [\d.]+ s\]\n/);
  expect(first).toMatch(/\*\*you\*\*: and now\?[^]*\[\d+ tokens read \([1-9]\d* of them cached\)/);
  expect(first).toMatch(/── user, \d+ tokens\nthe wool is red\n/);
  expect(second).toMatch(/\*\*you\*\*: what colour\?/);
  expect(second).not.toContain('the wool is red');
  expect(second).toContain('There is no /foo, and nothing was sent.');
});
