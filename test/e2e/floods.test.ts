/** Many messages at once, and very large messages. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Delivery } from '../../src/simulator/index.js';
import { fastClock } from '../support/fast-clock.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { type ModelRequest, spoken, textOf, World } from './world.js';

const SPEED = 40;
/** Slack sends an event again after a minute. */
const UNTIL_MS = 150_000;
const MEGABYTE = 1_000_000;

let redis: RedisServer;
let world: World;
beforeAll(async () => {
  redis = await startRedis();
});
afterEach(() => world.stop());
afterAll(() => redis.stop());

/** The questions of a prompt: people's messages after the last reply. */
function questionsOf({ messages }: ModelRequest): string[] {
  const lastReply = messages.findLastIndex(({ role }) => role === 'assistant');
  return messages
    .slice(lastReply + 1)
    .flatMap(({ role, content }) => (role === 'user' ? spoken(content).map(withoutName) : []));
}

/** Without the speaker's name: a name that takes long to look up in a flood is replaced by another. */
const withoutName = (said: string): string => said.replace(/^(Re: )?(Ada|Person \d+): /, '$1');

const repliesIn = ({ messages }: ModelRequest): number => messages.filter(({ role }) => role === 'assistant').length;

test(
  '200 messages in one thread: each is answered once, in order, by one reply at a time',
  async () => {
    world = await World.start({ transport: 'socket', redisUrl: redis.url, clock: fastClock(SPEED) });
    world.echo();
    await world.startBot();
    const { slack, ada, general, botId } = world;
    const people = Array.from(
      { length: 8 },
      (_, n) => slack.addUser({ name: `person${n}`, displayName: `Person ${n}` }).id,
    );
    for (const user of people) slack.join({ user, channel: general });
    const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> question 0` });
    const said = ['question 0'];
    for (let count = 1; count <= 200; count += 1) {
      const at = count % people.length;
      slack.say({ user: people[at] ?? ada, channel: general, threadTs: ts, text: `<@${botId}> question ${count}` });
      said.push(`question ${count}`);
      // Bursts, so that messages arrive in every state of a reply.
      if (count % 40 === 0) await world.untilAcked();
    }
    await slack.until(() => world.asked.flatMap(questionsOf).length >= said.length, UNTIL_MS);
    const replies = (): string[] => world.replies(general, ts).map((reply) => withoutName(textOf(reply)));
    const wanted = (): string[] => world.asked.map((asked) => `Re: ${questionsOf(asked).at(-1)}`);
    await slack.until(() => replies().at(-1) === wanted().at(-1), UNTIL_MS);

    expect(world.asked.flatMap(questionsOf).toSorted()).toEqual(said.toSorted());
    // Each prompt has all replies before it: no two replies were written at the same time.
    expect(world.asked.map(repliesIn)).toEqual(world.asked.map((_, n) => n));
    expect(replies()).toEqual(wanted());
    // Many messages share one reply.
    expect(world.asked.length).toBeLessThan(100);
  },
  2 * UNTIL_MS,
);

// With the real clock: on a faster one the requests time out under this load.
test(
  '500 threads at once: each gets exactly one reply, its own',
  async () => {
    world = await World.start({ transport: 'socket', redisUrl: redis.url, env: { USER_MESSAGES_PER_MINUTE: '0' } });
    world.echo();
    const { slack, ada, general, botId } = world;
    const threads = Array.from(
      { length: 500 },
      (_, n) => slack.say({ user: ada, channel: general, text: `<@${botId}> question ${n}` }).ts,
    );
    await slack.until(() => world.asked.length >= threads.length, UNTIL_MS);
    const said = (): string[][] => {
      const byThread = new Map(threads.map((ts): [string | undefined, string[]] => [ts, []]));
      for (const reply of world.replies(general)) byThread.get(reply.threadTs)?.push(withoutName(textOf(reply)));
      return [...byThread.values()];
    };
    const wanted = threads.map((_, n) => [`Re: question ${n}`]);
    await slack.until(
      () => world.replies(general).length >= threads.length && JSON.stringify(said()) === JSON.stringify(wanted),
      UNTIL_MS,
    );
    // Those whose ack came late in the flood, sooner than Slack, which waits for minutes.
    const unacked = (): Delivery[] => slack.deliveries.filter(({ state }) => state !== 'acked');
    const late = (): Delivery[] => unacked().filter(({ state }) => state === 'scheduled' || state === 'lost');
    while (unacked().length > 0) {
      for (const { eventId } of late()) slack.redeliver(eventId);
      await slack.until(() => unacked().length === 0 || late().length > 0, UNTIL_MS);
    }
    expect(said()).toEqual(wanted);
    expect(world.asked).toHaveLength(threads.length);
  },
  3 * UNTIL_MS,
);

describe.each(['socket', 'http'] as const)('a large event over %s', (transport) => {
  /** Questions sent to the model. The mock's own journal does not keep questions of this size. */
  let asked: string[];

  async function start(): Promise<World> {
    world = await World.start({ transport, redisUrl: redis.url, clock: fastClock(SPEED) });
    asked = [];
    world.model.onMessage(/[^]*/, ({ messages }) => {
      asked.push(messages.at(-1)?.content as string);
      return { content: 'A long one.' };
    });
    return world;
  }

  test('of 1 MB is answered; the prompt has its beginning and its end', async () => {
    const { slack, ada, general, botId } = await start();
    const { ts } = slack.say({
      user: ada,
      channel: general,
      text: `<@${botId}> It begins ${'and goes on '.repeat(MEGABYTE / 12)}and ends.`,
    });
    await world.untilSays(general, ts, 'A long one.');
    await world.untilAcked();
    expect(slack.deliveries.flatMap(({ attempts }) => attempts).filter(({ outcome }) => outcome !== 'acked')).toEqual(
      [],
    );
    const [question = ''] = asked;
    expect(question.slice(0, 100)).toMatch(/^Ada: It begins and goes on/);
    expect(question).toMatch(/\d characters left out/);
    expect(question.slice(-100)).toMatch(/and goes on and ends\.$/);
    // Half of an unknown model's input window (context minus answer), at five characters per token.
    expect(question.length).toBeLessThan(((32_000 - 4_096) / 2) * 5);
  });

  test.each([
    ['spaces', ' '],
    ['unclosed mentions', '<@U0|'],
    ['multi-byte characters', '\u{1F9F6}'],
  ])('of 1 MB of %s is answered, also with a shared message of that size', async (_, filler) => {
    const { slack, ada, general, botId } = await start();
    const unit = filler.replace('U0', botId);
    const text = unit.repeat(MEGABYTE / unit.length);
    const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> see` });
    await world.untilSays(general, ts, 'A long one.');
    const later = `${Number(ts.split('.')[0]) + 5}.000001`;
    const attachments = [{ is_share: true, text: `It begins ${text} and ends.`, fallback: '' }];
    slack.deliver({
      type: 'message',
      channel: general,
      channel_type: 'channel',
      user: ada,
      ts: later,
      thread_ts: ts,
      text: `this ${text} one`,
      attachments,
    });
    await slack.until(() => world.replies(general, ts).length === 2);
    await world.untilAcked();
    expect(asked[1]?.slice(0, 100)).toMatch(/^Ada: this/);
    expect(asked[1]?.slice(-100)).toMatch(/and ends\.$/);
  });

  test('of 10 MB does no harm', async () => {
    const { slack, ada, bob, general, botId } = await start();
    const long = slack.say({ user: ada, channel: general, text: `<@${botId}> ${'x'.repeat(10 * MEGABYTE)}` });
    const short = slack.say({ user: bob, channel: general, text: `<@${botId}> And this?` });
    await world.untilSays(general, short.ts, 'A long one.');
    if (transport === 'socket') await world.untilSays(general, long.ts, 'A long one.');
    else
      await slack.until(() =>
        slack.deliveries.some(({ attempts }) => attempts.some(({ outcome }) => outcome === 'http_error')),
      );
  });
});
