/** Faults of a reachable Redis: full, slow, read-only, loading, scripts flushed, restarted from disk. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { UNEXPECTED } from '../../src/messages/english.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { answeredOnce, heldQuestion, mention, redelivered, untilRefused } from './questions.js';
import { textOf, World } from './world.js';

const QUESTION = 'what is a skein?';
const ANSWER = 'An answer of several words, which takes a moment to be written, and is there once. '.repeat(6).trim();

let server: RedisServer;
let admin: Redis;
let world: World;

async function start(options: string[] = [], env: Record<string, string> = {}): Promise<void> {
  server = await startRedis(options);
  // No ready check: sends commands also while Redis is loading.
  admin = new Redis(server.url, { enableReadyCheck: false });
  // Connection errors are expected: a test may kill the server.
  admin.on('error', () => {});
  world = await World.start({ transport: 'http', redisUrl: server.url, env });
  world.echo();
}
afterEach(async () => {
  await world.stop();
  admin.disconnect();
  await server.stop();
});

const configure = (name: string, value: string): Promise<unknown> => admin.config('SET', name, value);
const untilLogged = (text: string): Promise<void> =>
  until(() => world.logs.some((line) => line.includes(text)), `a line with "${text}"`);
/** Waits until a part of the reply is posted. */
const untilBegun = (ts: string): Promise<unknown> =>
  world.slack.until(() => world.replies(world.general, ts).length > 0);
const keyOf = (ts: string, kind: 'turns' | 'pending'): string =>
  `skein:{${world.slack.team.id}:${world.general}:${ts}}:${kind}`;

test('an acknowledged question survives a restart of Redis and is answered', async () => {
  await start(['--appendonly', 'yes', '--appendfsync', 'always']);
  const { ts, release } = await heldQuestion(world, QUESTION, ANSWER);
  await world.untilAcked();
  await server.kill();
  release();
  await server.start();
  await answeredOnce(world, ts, QUESTION, ANSWER);
});

test.each([
  ['connection resets', ['CLIENT', 'KILL', 'TYPE', 'normal']],
  ['flushed scripts', ['SCRIPT', 'FLUSH']],
] as const)('%s in the middle of an answer do not change it', async (_, [command, ...args]) => {
  await start();
  const { ts, release } = await heldQuestion(world, QUESTION, ANSWER);
  await admin.call(command, ...args);
  release();
  await untilBegun(ts);
  await admin.call(command, ...args);
  await answeredOnce(world, ts, QUESTION, ANSWER);
});

test('a Redis that is emptied in the middle of an answer: what people see of it becomes whole', async () => {
  await start();
  const { ts, release } = await heldQuestion(world, QUESTION, ANSWER);
  release();
  await untilBegun(ts);
  await admin.flushall();
  await world.untilSays(world.general, ts, ANSWER);
  expect(world.replies(world.general, ts)).toHaveLength(1);
});

test('a Redis that is emptied in the middle of an answer that is then aborted: what people see of it ends in a sentence', async () => {
  await start([], { SHUTDOWN_TIMEOUT_MS: '50' });
  const response = { content: ANSWER.repeat(20) };
  world.model.prependFixture({ match: { userMessage: /question/ }, response, latency: 50, chunkSize: 10 });
  const ts = mention(world, 'question');
  await untilBegun(ts);
  await admin.flushall();
  await world.stopBot(0);
  expect(world.replies(world.general, ts).map(textOf)).toEqual([UNEXPECTED]);
});

test('a Redis that is emptied in the middle of an answer, before the next mention there: each has one answer, and both are whole', async () => {
  server = await startRedis();
  admin = new Redis(server.url);
  world = await World.start({ transport: 'socket', redisUrl: server.url });
  // Slack gives the next mention to one of the two.
  await world.startBot();
  world.echo();
  const answer = ANSWER.repeat(3);
  const response = { content: answer };
  world.model.prependFixture({ match: { userMessage: /first/ }, response, latency: 50, chunkSize: 10 });
  const { slack, ada, general, botId } = world;
  const ts = mention(world, 'the first');
  await untilBegun(ts);
  await admin.flushall();
  for (const at of [1, 2]) slack.say({ user: ada, channel: general, threadTs: ts, text: `<@${botId}> again ${at}` });
  await slack.until(() => world.replies(general, ts).some(({ text }) => text.includes('again 2')), 20_000);
  await world.untilSays(general, ts, answer);
  const texts = world.replies(general, ts).map(textOf);
  expect(texts[0]).toBe(answer);
  expect(texts.filter((text) => text.includes('again 2'))).toHaveLength(1);
  expect(texts.length).toBeLessThanOrEqual(3);
}, 40_000);

test('a Redis that times out: no ack, and after the redelivery one turn with one answer', async () => {
  await start();
  server.pause();
  const ts = mention(world, QUESTION);
  await untilRefused(world, ts);
  server.resume();
  await redelivered(world);
  await answeredOnce(world, ts, QUESTION, `Re: Ada: ${QUESTION}`);
});

describe('a Redis that is full', () => {
  const fill = (): Promise<unknown> => configure('maxmemory', '1');
  const makeRoom = (): Promise<unknown> => configure('maxmemory', '0');
  const untilFelt = (): Promise<void> =>
    until(async () => (await admin.info('errorstats')).includes('errorstat_OOM'), 'a write to be refused');

  beforeEach(() => start());

  test('stores no message, so none is acknowledged; after a redelivery it is answered', async () => {
    await fill();
    const ts = mention(world, QUESTION);
    await untilRefused(world, ts);
    await makeRoom();
    await redelivered(world);
    await answeredOnce(world, ts, QUESTION, `Re: Ada: ${QUESTION}`);
    // ioredis errors contain the command's arguments; they must not be logged.
    expect(world.logs.join('')).toContain('OOM');
    expect(world.logs.join('')).not.toContain(QUESTION);
  });

  test('delays an answer that has not started until there is room', async () => {
    const { ts, release } = await heldQuestion(world, QUESTION, ANSWER);
    await fill();
    release();
    await untilFelt();
    expect(world.replies(world.general, ts)).toEqual([]);
    await makeRoom();
    await answeredOnce(world, ts, QUESTION, ANSWER);
  });

  test('prevents the recording of a posted answer, which is then found in Slack', async () => {
    const { ts, release } = await heldQuestion(world, QUESTION, 'Yarn.');
    world.slack.faults.next('chat.postMessage', { delayMs: 500, afterEffect: true });
    release();
    await untilBegun(ts);
    await fill();
    await untilFelt();
    await makeRoom();
    await answeredOnce(world, ts, QUESTION, 'Yarn.');
  });

  test('still lets an answer be settled', async () => {
    const { ts, release } = await heldQuestion(world, QUESTION, ANSWER);
    release();
    await untilBegun(ts);
    await fill();
    await until(async () => (await admin.zcard(keyOf(ts, 'pending'))) === 0, 'the answer to be settled');
    await makeRoom();
    await answeredOnce(world, ts, QUESTION, ANSWER);
  });
});

describe('a Redis that refuses writes', () => {
  beforeEach(() => start());

  test('delays the settling of an answer until it accepts writes again', async () => {
    const { ts, release } = await heldQuestion(world, QUESTION, ANSWER);
    release();
    await untilBegun(ts);
    // Refuses writes with NOREPLICAS. A full disk would give MISCONF.
    await configure('min-replicas-to-write', '1');
    await untilLogged('cannot store a reply');
    await configure('min-replicas-to-write', '0');
    await answeredOnce(world, ts, QUESTION, ANSWER);
  });

  test('as a replica stores no message; as the master it accepts the redelivery', async () => {
    await admin.replicaof('127.0.0.1', '1');
    const ts = mention(world, QUESTION);
    await untilRefused(world, ts);
    await admin.replicaof('NO', 'ONE');
    await redelivered(world);
    await answeredOnce(world, ts, QUESTION, `Re: Ada: ${QUESTION}`);
  });
});

test('a Redis that is loading stores no message; afterwards it has its old data and accepts the redelivery', async () => {
  // Loads until the test sets the delay to 0, and answers commands meanwhile.
  await start([
    '--rdbcompression',
    'no',
    '--loading-process-events-interval-bytes',
    '1024',
    '--key-load-delay',
    '50000',
  ]);
  for (let n = 0; n < 400; n += 1) await admin.set(`filler:${n}`, 'x'.repeat(2_000));
  const before = mention(world, 'before');
  await world.untilSays(world.general, before, 'Re: Ada: before');
  // People see the answer a moment before it is stored.
  await until(async () => (await admin.hlen(keyOf(before, 'turns'))) === 2, 'the stored answer');
  await admin.save();
  await server.kill();
  const loaded = server.start();
  const refusal = (): Promise<string> =>
    admin.get('filler:0').then(
      () => '',
      ({ message }: Error) => message,
    );
  await until(async () => (await refusal()).startsWith('LOADING'), 'Redis to be loading');
  const ts = mention(world, QUESTION);
  await untilRefused(world, ts);
  await configure('key-load-delay', '0');
  await loaded;
  await untilLogged('reconnected to Redis');
  await redelivered(world);
  await answeredOnce(world, ts, QUESTION, `Re: Ada: ${QUESTION}`);
  expect(await admin.hlen(keyOf(before, 'turns'))).toBe(2);
});

test('a Redis that closes connections and takes new ones at once is no outage: the log has no line about it', async () => {
  await start();
  const connections = async (): Promise<number> =>
    Number(/total_connections_received:(\d+)/.exec(await admin.info('stats'))?.[1]);
  for (let n = 0; n < 3; n += 1) {
    const before = await connections();
    await admin.call('client', 'kill', 'type', 'normal');
    await until(async () => (await connections()) > before, 'the next connection');
  }
  const ts = mention(world, QUESTION);
  await world.untilSays(world.general, ts, `Re: Ada: ${QUESTION}`);
  expect(world.logs.filter((line) => /(lost the connection|reconnected) to Redis/.test(line))).toEqual([]);

  await server.kill();
  await untilLogged('lost the connection to Redis');
  await server.start();
  await untilLogged('reconnected to Redis');
}, 60_000);
