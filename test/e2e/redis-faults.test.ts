/** What goes wrong with a Redis that is there: full, slow, read-only, loading, forgetful, and back from its disk. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { answeredOnce, heldQuestion, mention, redelivered, untilRefused } from './questions.js';
import { World } from './world.js';

const QUESTION = 'what is a skein?';
const ANSWER = 'An answer of several words, which takes a moment to be written, and is there once. '.repeat(6).trim();

let server: RedisServer;
let admin: Redis;
let world: World;

async function start(options: string[] = []): Promise<void> {
  server = await startRedis(options);
  // Asks also while Redis is loading.
  admin = new Redis(server.url, { enableReadyCheck: false });
  // A test may end the server.
  admin.on('error', () => {});
  world = await World.start({ transport: 'http', redisUrl: server.url });
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
/** Waits until a part of the reply can be read. */
const untilBegun = (ts: string): Promise<unknown> =>
  world.slack.until(() => world.replies(world.general, ts).length > 0);
const keyOf = (ts: string, kind: 'turns' | 'pending'): string =>
  `skein:{${world.slack.team.id}:${world.general}:${ts}}:${kind}`;

test('what was acked is there when Redis comes back from its disk, and is answered', async () => {
  await start(['--appendonly', 'yes', '--appendfsync', 'always']);
  const { ts, release } = await heldQuestion(world, QUESTION, ANSWER);
  await world.untilAcked();
  await server.kill();
  release();
  await server.start();
  await answeredOnce(world, ts, QUESTION, ANSWER);
});

test.each([
  ['connections that are reset', ['CLIENT', 'KILL', 'TYPE', 'normal']],
  ['scripts that are forgotten', ['SCRIPT', 'FLUSH']],
] as const)('%s in the middle of an answer are of no consequence', async (_, [command, ...args]) => {
  await start();
  const { ts, release } = await heldQuestion(world, QUESTION, ANSWER);
  await admin.call(command, ...args);
  release();
  await untilBegun(ts);
  await admin.call(command, ...args);
  await answeredOnce(world, ts, QUESTION, ANSWER);
});

test('a Redis too slow to be waited for: no ack, and delivered again it is one turn with one answer', async () => {
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

  test('takes no message, so none is acked; delivered again when there is room it is answered', async () => {
    await fill();
    const ts = mention(world, QUESTION);
    await untilRefused(world, ts);
    await makeRoom();
    await redelivered(world);
    await answeredOnce(world, ts, QUESTION, `Re: Ada: ${QUESTION}`);
    // ioredis hands on with its errors what it was to send.
    expect(world.logs.join('')).toContain('OOM');
    expect(world.logs.join('')).not.toContain(QUESTION);
  });

  test('before an answer has begun keeps it waiting until there is room', async () => {
    const { ts, release } = await heldQuestion(world, QUESTION, ANSWER);
    await fill();
    release();
    await untilFelt();
    expect(world.replies(world.general, ts)).toEqual([]);
    await makeRoom();
    await answeredOnce(world, ts, QUESTION, ANSWER);
  });

  test('once an answer is posted keeps it from being recorded, and it is found again', async () => {
    const { ts, release } = await heldQuestion(world, QUESTION, 'Yarn.');
    world.slack.faults.next('chat.postMessage', { delayMs: 500, afterEffect: true });
    release();
    await untilBegun(ts);
    await fill();
    await untilFelt();
    await makeRoom();
    await answeredOnce(world, ts, QUESTION, 'Yarn.');
  });

  test('lets an answer be settled all the same', async () => {
    const { ts, release } = await heldQuestion(world, QUESTION, ANSWER);
    release();
    await untilBegun(ts);
    await fill();
    await until(async () => (await admin.zcard(keyOf(ts, 'pending'))) === 0, 'the answer to be settled');
    await makeRoom();
    await answeredOnce(world, ts, QUESTION, ANSWER);
  });
});

describe('a Redis that takes no writes', () => {
  beforeEach(() => start());

  test('has an answer settled when it takes them again', async () => {
    const { ts, release } = await heldQuestion(world, QUESTION, ANSWER);
    release();
    await untilBegun(ts);
    // Refused with NOREPLICAS; as a disk that is full is with MISCONF.
    await configure('min-replicas-to-write', '1');
    await untilLogged('cannot be settled yet');
    await configure('min-replicas-to-write', '0');
    await answeredOnce(world, ts, QUESTION, ANSWER);
  });

  test('as a replica takes no message, and what is delivered again once it is the master', async () => {
    await admin.replicaof('127.0.0.1', '1');
    const ts = mention(world, QUESTION);
    await untilRefused(world, ts);
    await admin.replicaof('NO', 'ONE');
    await redelivered(world);
    await answeredOnce(world, ts, QUESTION, `Re: Ada: ${QUESTION}`);
  });
});

test('a Redis that is still loading takes no message; loaded it has what it had, and takes what is delivered again', async () => {
  // For as long as the delay is not taken away; it answers in between.
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
  await untilLogged('Redis is back');
  await redelivered(world);
  await answeredOnce(world, ts, QUESTION, `Re: Ada: ${QUESTION}`);
  expect(await admin.hlen(keyOf(before, 'turns'))).toBe(2);
});
