/** Rate limits of a person and of a workspace: messages above the limit are kept, and answered together later. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { Message } from '../../src/simulator/index.js';
import { fastClock } from '../support/fast-clock.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { textOf, World, type WorldOptions } from './world.js';

const SPEED = 40;
/** A rate limit window as short as possible. */
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

let server: RedisServer;
let redis: Redis;
let world: World;
beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});
afterEach(() => world.stop());
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

async function start(
  env: Record<string, string>,
  limitWindowMs = MINUTE_MS,
  storage: Pick<WorldOptions, 'redisUrl'> = { redisUrl: server.url },
): Promise<World> {
  world = await World.start({ transport: 'socket', clock: fastClock(SPEED), env, limitWindowMs, ...storage });
  world.echo();
  return world;
}

/** Ends the rate limit window, and delivers these messages again so that the bot checks the limit again. */
async function minuteIsOver(...messages: string[]): Promise<void> {
  await redis.del(...(await redis.keys('skein:limit:*')));
  const { slack } = world;
  const theirs = slack.deliveries.filter(({ payload }) =>
    messages.includes((payload['event'] as { ts?: string }).ts ?? ''),
  );
  for (const { eventId } of theirs) slack.redeliver(eventId);
}

/** Asks in a new thread; returns its `ts`. */
function ask(user: string, text: string): string {
  return world.slack.say({ user, channel: world.general, text: `<@${world.botId}> ${text}` }).ts;
}

/** Waits until a new person is answered: all earlier work is done by then. */
async function othersAreAnswered(): Promise<void> {
  const { slack, general } = world;
  const eve = slack.addUser({ name: 'eve', displayName: 'Eve' }).id;
  slack.join({ user: eve, channel: general });
  await world.untilSays(general, ask(eve, 'and me?'), 'Re: Eve: and me?');
}

const notes = (channel = world.general): Message[] =>
  world.slack.messages(channel).filter(({ ephemeralTo }) => ephemeralTo !== undefined);
const answers = (thread: string): string[] =>
  world
    .replies(world.general, thread)
    .filter(({ ephemeralTo }) => ephemeralTo === undefined)
    .map(textOf);

describe('a person above the rate limit', () => {
  test('gets one note, and later one reply to all messages; other people do not wait', async () => {
    const { slack, ada, general, botId } = await start({ USER_MESSAGES_PER_MINUTE: '1' });
    const ts = ask(ada, 'question 0');
    await world.untilSays(general, ts, 'Re: Ada: question 0');
    let last = '';
    for (let count = 1; count <= 20; count += 1) {
      last = slack.say({ user: ada, channel: general, threadTs: ts, text: `<@${botId}> question ${count}` }).ts;
      // One at a time, so that each gets its own run.
      await world.untilAcked();
    }
    await slack.until(() => notes().length > 0);
    await othersAreAnswered();
    expect(answers(ts)).toEqual(['Re: Ada: question 0']);

    await minuteIsOver(last);
    await world.untilSays(general, ts, 'Re: Ada: question 20');
    expect(answers(ts)).toEqual(['Re: Ada: question 0', 'Re: Ada: question 20']);
    for (let count = 1; count <= 20; count += 1) expect(world.lastPrompt).toContain(`user: Ada: question ${count}`);
    expect(notes()).toMatchObject([{ ephemeralTo: ada, threadTs: ts }]);
    expect(textOf(notes()[0] as Message)).toMatch(/I've kept all of them, and will continue in about \d+ seconds\./);
  });

  test('gets an answer in every thread without writing again', async () => {
    const { slack, ada } = await start({ USER_MESSAGES_PER_MINUTE: '2' }, SECOND_MS);
    await world.startBot();
    const threads = Array.from({ length: 7 }, (_, n) => ask(ada, `question ${n}`));
    await othersAreAnswered();
    await slack.until(() => threads.every((ts) => answers(ts).length > 0), 20_000);
    expect(threads.map(answers)).toEqual(threads.map((_, n) => [`Re: Ada: question ${n}`]));
    expect(world.asked).toHaveLength(threads.length + 1);
    for (const note of notes()) expect(note.ephemeralTo).toBe(ada);
  });

  test('has one limit in all processes, and in one started later', async () => {
    const { ada, general } = await start({ USER_MESSAGES_PER_MINUTE: '1' });
    const first = ask(ada, 'one');
    await world.untilSays(general, first, 'Re: Ada: one');
    await world.startBot();
    await world.stopBot(0);
    const second = ask(ada, 'two');
    await othersAreAnswered();
    expect(answers(second)).toEqual([]);
    await world.startBot();
    await world.stopBot(0);
    await othersAreAnswered();
    expect(answers(second)).toEqual([]);
    await minuteIsOver(second);
    await world.untilSays(general, second, 'Re: Ada: two');
  });

  test('loses no message when all processes stop meanwhile', async () => {
    const { ada, general, slack } = await start({ USER_MESSAGES_PER_MINUTE: '1' }, SECOND_MS);
    const threads = ['one', 'two', 'three'].map((text) => ask(ada, text));
    await slack.until(() => notes().length > 0);
    await world.stopBot(0);
    await world.startBot();
    for (const [at, text] of ['one', 'two', 'three'].entries())
      await world.untilSays(general, threads[at], `Re: Ada: ${text}`);
    expect(threads.flatMap(answers)).toHaveLength(3);
  });

  test('is answered with the in-memory store too', async () => {
    const { ada, general } = await start({ USER_MESSAGES_PER_MINUTE: '1' }, SECOND_MS, {});
    const threads = ['one', 'two', 'three'].map((text) => ask(ada, text));
    await othersAreAnswered();
    for (const [at, text] of ['one', 'two', 'three'].entries())
      await world.untilSays(general, threads[at], `Re: Ada: ${text}`);
    expect(threads.flatMap(answers)).toHaveLength(3);
  });
});

test('a workspace above its limit: each person gets one note, and all messages are answered later', async () => {
  const { slack, ada, bob, general } = await start({ WORKSPACE_MESSAGES_PER_MINUTE: '2' });
  const [one, two] = [ask(ada, 'one'), ask(bob, 'two')];
  await world.untilSays(general, one, 'Re: Ada: one');
  await world.untilSays(general, two, 'Re: Bob: two');
  const [three, four] = [ask(ada, 'three'), ask(bob, 'four')];
  await slack.until(() => notes().length === 2);
  expect(new Set(notes().map(({ ephemeralTo }) => ephemeralTo))).toEqual(new Set([ada, bob]));
  for (const note of notes()) expect(textOf(note)).toMatch(/more questions than I'm allowed to answer/);
  await minuteIsOver(three, four);
  await world.untilSays(general, four, 'Re: Bob: four');
  await world.untilSays(general, three, 'Re: Ada: three');
});

describe('the note', () => {
  test('is shown where the person wrote: in the channel while the message has no thread', async () => {
    const { slack, ada, general } = await start({ USER_MESSAGES_PER_MINUTE: '1' });
    const ts = ask(ada, 'one');
    await world.untilSays(general, ts, 'Re: Ada: one');
    ask(ada, 'two');
    await slack.until(() => notes().length > 0);
    expect(notes()[0]).toMatchObject({ ephemeralTo: ada });
    expect(notes()[0]).not.toHaveProperty('threadTs');
  });

  test('is shown at the top level of a DM too', async () => {
    const { slack, ada } = await start({ USER_MESSAGES_PER_MINUTE: '1', DM_REPLIES: 'flat' });
    const dm = slack.dm(ada).id;
    slack.say({ user: ada, channel: dm, text: 'one' });
    await world.untilSays(dm, undefined, 'Re: one');
    slack.say({ user: ada, channel: dm, text: 'two' });
    await slack.until(() => notes(dm).length > 0);
    expect(notes(dm)).toMatchObject([{ ephemeralTo: ada }]);
  });

  test('in a DM thread is an ephemeral message if Slack has no status line', async () => {
    const { slack, ada } = await start({ USER_MESSAGES_PER_MINUTE: '1' });
    slack.faults.next('assistant.threads.setStatus', { error: 'missing_scope', times: 1_000 });
    const dm = slack.dm(ada).id;
    const { ts } = slack.say({ user: ada, channel: dm, text: 'one' });
    await world.untilSays(dm, ts, 'Re: one');
    slack.say({ user: ada, channel: dm, threadTs: ts, text: 'two' });
    await slack.until(() => notes(dm).length > 0);
    expect(notes(dm)).toMatchObject([{ ephemeralTo: ada, threadTs: ts }]);
  });

  test.each(['thread', 'flat'])('in a DM thread is the status line, until the reply (DM_REPLIES=%s)', async (mode) => {
    const { slack, bob } = await start({ USER_MESSAGES_PER_MINUTE: '1', DM_REPLIES: mode });
    const other = slack.dm(bob).id;
    const { ts } = slack.say({ user: bob, channel: other, text: 'one' });
    await world.untilSays(other, undefined, 'Re: one');
    const two = slack.say({ user: bob, channel: other, threadTs: ts, text: 'two' });
    await slack.until(() => slack.status(other, ts));
    expect(slack.status(other, ts)?.text).toMatch(/^has kept your messages and will continue in about \d+ seconds$/);
    expect(notes(other)).toEqual([]);
    await minuteIsOver(two.ts);
    await world.untilSays(other, ts, 'Re: two');
    await slack.until(() => slack.status(other, ts) === undefined);
  });

  test('that Slack refuses does not prevent the answer', async () => {
    const { slack, ada, general } = await start({ USER_MESSAGES_PER_MINUTE: '1' });
    slack.faults.next('chat.postEphemeral', { error: 'user_not_in_channel', times: 9 });
    await world.untilSays(general, ask(ada, 'one'), 'Re: Ada: one');
    const ts = ask(ada, 'two');
    await until(() => world.logs.some((line) => line.includes('cannot show an ephemeral message')), 'the note to fail');
    await minuteIsOver(ts);
    await world.untilSays(general, ts, 'Re: Ada: two');
    expect(notes()).toEqual([]);
  });
});
