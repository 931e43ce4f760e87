/** What the start check finds in a Redis that the bot could not work with, and that it tries everything that the bot uses. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { systemClock } from '../../src/ops/clock.js';
import { connectRedis, waitUntilReachable } from '../../src/redis/connection.js';
import { keysOf } from '../../src/redis/keys.js';
import { leastRights, trialCalls } from '../../src/redis/rights.js';
import { checkRedisAtStart } from '../../src/redis/start-check.js';
import { textOf, World } from '../e2e/world.js';
import { RecordingLogger } from '../support/doubles.js';
import { redisConfig } from '../support/redis-place.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const USER = 'skein';
const PASSWORD = 'of-the-bot';
const DURABLE = ['--appendonly', 'yes'];
/** Little enough for a summary to be made. */
const ENV = { VERBATIM_TOKENS: '1000' };

let server: RedisServer;
let admin: Redis;
let log: RecordingLogger;
beforeEach(async () => {
  server = await startRedis(DURABLE);
  admin = new Redis(server.url);
  log = new RecordingLogger();
});
afterEach(async () => {
  admin.disconnect();
  await server.stop();
});

/** Gives the bot's user exactly these rights. Resolves with its REDIS_URL. */
async function userWith(rules: readonly string[]): Promise<string> {
  await admin.call('ACL', 'SETUSER', USER, 'reset', 'on', `>${PASSWORD}`, ...rules);
  return server.url.replace('//', `//${USER}:${PASSWORD}@`);
}

/** The error's message; undefined if the check found nothing. */
async function found(url: string, startMs = 10_000): Promise<string | undefined> {
  const connections = connectRedis(redisConfig({ env: { REDIS_URL: url } }), log);
  const deadline = systemClock.now() + startMs;
  try {
    await waitUntilReachable(connections, deadline, systemClock, log);
    await checkRedisAtStart(connections, 'skein', deadline, systemClock, log);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    connections.close();
  }
}

const warnings = (): string[] => log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message);

describe('rights', () => {
  test('that the guide names are enough for the check, which leaves nothing behind', async () => {
    const line = `ACL SETUSER ${USER} on >PASSWORD ${leastRights('skein').join(' ')}`;
    expect(readFileSync('docs/deployment.md', 'utf8').includes(`\n${line}\n`)).toBe(true);
    expect(await found(await userWith(leastRights('skein')))).toBeUndefined();
    expect(await admin.keys('*')).toEqual([]);
    expect(warnings()).toEqual([]);
  });

  test('that the guide names are enough for the whole bot', async () => {
    const world = await World.start({ transport: 'socket', redisUrl: await userWith(leastRights('skein')), env: ENV });
    try {
      await admin.config('RESETSTAT');
      await everythingIsDone(world);
      // Redis counts what it refused, also inside of scripts.
      expect(await admin.info('errorstats')).not.toContain('NOPERM');
    } finally {
      await world.stop();
    }
  }, 60_000);

  test('are tried for every command that the bot uses', async () => {
    const world = await World.start({ transport: 'socket', redisUrl: server.url, env: ENV });
    try {
      await admin.config('RESETSTAT');
      await everythingIsDone(world);
      const used = Array.from((await admin.info('commandstats')).matchAll(/^cmdstat_(\w+)/gm), ([, name]) => name);
      expect(used.length).toBeGreaterThan(20);
      const tried = new Set(['set', ...trialCalls('key').map(([command]) => command)]);
      // Stops of other processes come later without them.
      const dispensable = ['publish', 'subscribe'];
      const ofTheTest = new Set(['config', 'acl', ...dispensable]);
      expect(used.filter((name) => !tried.has(name ?? '') && !ofTheTest.has(name ?? ''))).toEqual([]);
    } finally {
      await world.stop();
    }
  }, 60_000);

  const rights = leastRights('skein').join(' ');
  test.each([
    ['EVAL', '-eval', /may not use EVAL\b/],
    ['INFO', '-info', /may not use INFO\b/],
    ['scripts', '-@scripting', /may not use EVAL and EVALSHA\b/],
    ['writing', '-@write', /may not use SET, /],
    ['PING', '-ping', /may not use PING\b/],
    ['every command', '-@all', /may not use SET, PING, EVAL, EVALSHA, TIME, INFO, SCAN, GET and \d+ more/],
    ['all keys', 'resetkeys', /cannot access all keys that begin with REDIS_PREFIX \(skein\)/],
    ['keys of the queue', 'resetkeys ~skein:*', /cannot access all keys/],
    ['keys of conversations', 'resetkeys ~{skein}:*', /cannot access all keys/],
    ['keys of another prefix', 'resetkeys ~other:* ~{other}:*', /cannot access all keys/],
    ['writing to the keys', 'resetkeys %R~skein:* %R~{skein}:*', /cannot access all keys/],
    ['reading the keys', 'resetkeys %W~skein:* %W~{skein}:*', /cannot access all keys/],
  ])('without %s are named, with the line that gives them', async (_, missing, named) => {
    const message = await found(await userWith([...leastRights('skein'), ...missing.split(' ')]));
    expect(message).toMatch(named);
    expect(message).toContain('the user skein in REDIS_URL ');
    expect(message?.endsWith(`in Redis: ACL SETUSER skein ${rights}`)).toBe(true);
    expect(message).not.toContain(PASSWORD);
    // What the message says to enter mends it.
    await admin.call('ACL', 'SETUSER', USER, ...leastRights('skein'));
    expect(await found(server.url.replace('//', `//${USER}:${PASSWORD}@`))).toBeUndefined();
  });
});

describe('a server that does not fit', () => {
  test.each([
    ['5.0.14', 'the Redis server at REDIS_URL is too old (5.0.14): Skein needs Redis 6.0.0 or newer'],
    ['5.9.9', 'the Redis server at REDIS_URL is too old (5.9.9): Skein needs Redis 6.0.0 or newer'],
    ['6.0.14', undefined],
    ['10.0.0', undefined],
  ])('of version %s: %s', async (version, expected) => {
    const claim = `redis_version:${version}\r\nx:`;
    const [close, port] = await relay(server.port, (answer) =>
      // Redis says how long its answer is.
      answer.replace(/redis_version:[^]{24}/, claim.padEnd('redis_version:'.length + 24, 'x')),
    );
    try {
      expect((await found(`redis://127.0.0.1:${port}`))?.split(', with')[0]).toBe(expected);
    } finally {
      close();
    }
  });

  test('without a command is named with it', async () => {
    const limited = await startRedis([...DURABLE, '--rename-command', 'EVALSHA', '']);
    expect(await found(limited.url)).toMatch(
      /^the Redis server at REDIS_URL does not support EVALSHA: Skein needs Redis 6\.0\.0/,
    );
    await limited.stop();
  });

  test('that is a replica is named, after the time that a failover may take', async () => {
    await admin.replicaof('127.0.0.1', '1');
    expect(await found(server.url, 600)).toBe(
      'the Redis server at REDIS_URL is a replica, which refuses writes: use the address of its master',
    );
  });

  test('that becomes a master in time is taken', async () => {
    await admin.replicaof('127.0.0.1', '1');
    const finding = found(server.url);
    await until(async () => (await admin.info('errorstats')).includes('READONLY'), 'a write to be refused');
    await admin.replicaof('NO', 'ONE');
    expect(await finding).toBeUndefined();
  });

  test.each([
    ['does not exist', '/99', '', /^cannot use database 99 of REDIS_URL \(ERR DB index is out of range\)/],
    ['may not be chosen', '/1', '-select', /^cannot use database 1 of REDIS_URL \(NOPERM .*'select'/],
  ])('as its database %s is named', async (_, database, missing, expected) => {
    const url = await userWith([...leastRights('skein'), ...(missing ? [missing] : [])]);
    expect(await found(`${url}${database}`)).toMatch(expected);
  });

  test('is not taken for one without its database', async () => {
    expect(await found(`${await userWith(leastRights('skein'))}/1`)).toBeUndefined();
  });

  test.each([
    ['full', 'maxmemory', '1', 'OOM'],
    ['without its replicas', 'min-replicas-to-write', '1', 'NOREPLICAS'],
  ])('for now, as it is %s, is taken with a warning', async (_, setting, value, reason) => {
    await admin.config('SET', setting, value);
    expect(await found(server.url)).toBeUndefined();
    expect(log.lines.filter(({ level }) => level === 'warn')).toEqual([
      {
        level: 'warn',
        facts: { reason: expect.stringMatching(new RegExp(`^${reason}`)) },
        message: 'Redis refuses writes; Slack resends messages until it accepts them',
      },
    ]);
  });

  const mayAsk = [...leastRights('skein'), '+config|get'];
  test.each([
    ['that may drop keys', 'maxmemory-policy', 'allkeys-lru', [/drop conversations.*maxmemory-policy to noeviction/]],
    ['that writes nothing to disk', 'appendonly', 'no', [/does not save to disk.*appendonly to yes/]],
  ])('%s is taken with a warning', async (_, setting, value, expected) => {
    await admin.config('SET', setting, value);
    expect(await found(await userWith(mayAsk))).toBeUndefined();
    expect(warnings()).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
  });

  test('that makes snapshots, or whose settings may not be read, is taken without a warning', async () => {
    await admin.config('SET', 'appendonly', 'no');
    expect(await found(await userWith(leastRights('skein')))).toBeUndefined();
    await admin.config('SET', 'save', '60 1');
    expect(await found(server.url)).toBeUndefined();
    expect(warnings()).toEqual([]);
  });
});

describe('a connection that Redis refuses is named at once', () => {
  test.each([
    ['a wrong password', 'redis://skein:wrong@', /^Redis refuses the user or the password: check both in REDIS_URL/],
    ['an unknown user', 'redis://nobody:hush@', /^Redis refuses the user or the password/],
    ['no password', 'redis://', /^Redis wants a password: give it in REDIS_URL/],
  ])('with %s', async (_, start, expected) => {
    await userWith(leastRights('skein'));
    await admin.config('SET', 'requirepass', 'of-the-default-user');
    const message = await found(server.url.replace('redis://', start), 60_000);
    expect(message).toMatch(expected);
    expect(message).not.toMatch(/wrong|hush/);
  });
});

/** A way to Redis that changes its answers. Returns what closes it, and its port. */
async function relay(port: number, change: (answer: string) => string): Promise<[close: () => void, port: number]> {
  const sockets: Socket[] = [];
  const way = createServer((from) => {
    const to = connect(port, '127.0.0.1');
    sockets.push(from, to);
    from.pipe(to);
    to.on('data', (answer) => from.write(change(String(answer))));
    for (const socket of [from, to]) socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(way, 'listening');
  const close = (): void => {
    way.close();
    for (const socket of sockets) socket.destroy();
  };
  return [close, (way.address() as AddressInfo).port];
}

/** What a bot does in its life: it answers, edits, forgets, sums up, fails and tries again, helps, limits, and counts. */
async function everythingIsDone(world: World): Promise<void> {
  world.model.onMessage(/(?:^|\n\n)Sum up/, { content: 'A summary.' });
  world.echo();
  const { slack, ada, general, botId } = world;
  slack.say({ user: ada, channel: general, text: 'before' });
  const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> one` });
  await world.untilSays(general, ts, 'Re: Ada: one');
  slack.edit({ user: ada, channel: general, ts, text: `<@${botId}> two` });
  await world.untilSays(general, ts, 'Re: Ada: two');
  const deleted = slack.say({ user: ada, channel: general, threadTs: ts, text: 'three' });
  await world.untilSays(general, ts, 'Re: Ada: three');
  slack.remove({ channel: general, ts: deleted.ts });
  const { turns, state } = keysOf(`${slack.team.id}:${general}:${ts}`);
  await until(async () => (await admin.hget(turns, deleted.ts)) === '', 'the deletion to be stored');

  slack.faults.next('chat.postMessage', { error: 'fatal_error', times: 3 });
  for (const n of [4, 5, 6, 7]) {
    slack.say({ user: ada, channel: general, threadTs: ts, text: `${n}. ${'So we said. '.repeat(150)}` });
    await slack.until(
      () => world.replies(general, ts).some((reply) => textOf(reply).startsWith(`Re: Ada: ${n}.`)),
      20_000,
    );
  }
  await until(async () => Boolean(await admin.hget(state, 'segments')), 'a summary to be stored');

  await slack.command({ user: ada, channel: general, command: '/skein', text: 'help' });
  await slack.until(() => slack.messages(general).some(({ ephemeralTo }) => ephemeralTo === ada));
}
