/** `/skein help`, from the typed command to what the person sees. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { World } from './world.js';

let world: World;
afterEach(() => world.stop());

/** Ephemeral messages: text and who sees it. */
function notes(channel: string): [string, string][] {
  const all = world.slack.messages(channel).filter(({ ephemeralTo }) => ephemeralTo !== undefined);
  return all.map(({ text, ephemeralTo = '' }) => [text, ephemeralTo]);
}

function type(text: string, channel = world.general, user = world.ada) {
  return world.slack.command({ user, channel, command: '/skein', text });
}

describe.each(['socket', 'http'] as const)('over %s', (transport) => {
  test('the help is shown to the person who asked, and to nobody else', async () => {
    world = await World.start({ transport });
    expect((await type('help')).state).toBe('acked');
    await world.slack.until(() => notes(world.general).length > 0);
    const [note] = notes(world.general);
    expect(note?.[1]).toBe(world.ada);
    const text = note?.[0];
    expect(text).toContain(`<@${world.botId}> keeps the thread`);
    expect(text).toContain('`/skein help`: show this help');
    expect(world.replies(world.general).filter(({ ephemeralTo }) => ephemeralTo === undefined)).toEqual([]);
  });

  test('in a channel that the bot is not in, and in its direct messages', async () => {
    world = await World.start({ transport });
    const { slack, ada } = world;
    const places = [slack.addChannel({ name: 'elsewhere', members: [ada] }).id, slack.dm(ada).id];
    for (const channel of places) {
      await type('help', channel);
      await slack.until(() => notes(channel).length > 0);
    }
    expect(places.map((channel) => notes(channel).length)).toEqual([1, 1]);
  });
});

test('an unknown word, and none, lead to the help; what was typed pings nobody', async () => {
  world = await World.start({ transport: 'socket' });
  await type('');
  await type('<!channel>`*dance now');
  await world.slack.until(() => notes(world.general).length === 2);
  const [first, second] = notes(world.general).map(([text]) => text.split('\n')[0]);
  expect([first, second]).toContain("I don't know `/skein channeldance`.");
  expect([first, second]).toContainEqual(expect.stringContaining('keeps the thread'));
});

describe('with Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  test('a command that Slack delivers twice, by way of two processes, is answered once', async () => {
    world = await World.start({ transport: 'socket', redisUrl: redis.url });
    await world.startBot();
    const { id } = await type('help');
    for (let again = 0; again < 3; again += 1) await world.slack.redeliverAct(id);
    await world.slack.until(() => notes(world.general).length > 0);
    const { id: last } = await type('help', world.general, world.bob);
    await world.slack.until(() => notes(world.general).some(([, user]) => user === world.bob));
    await world.slack.redeliverAct(last);
    expect(notes(world.general).map(([, user]) => user)).toEqual([world.ada, world.bob]);
  });

  test('a command that cannot be stored is not acknowledged: the person sees that it failed', async () => {
    world = await World.start({ transport: 'socket', redisUrl: redis.url });
    redis.pause();
    const typed = type('help');
    expect((await typed).state).toBe('failed');
    redis.resume();
    await type('help', world.general, world.bob);
    await world.slack.until(() => notes(world.general).some(([, user]) => user === world.bob));
  });

  test('a command that was acknowledged is answered by another process if the first one stops', async () => {
    world = await World.start({ transport: 'socket', redisUrl: redis.url });
    const { slack, general, ada } = world;
    // Slack takes no answer for now: the first process tries, and stops.
    slack.faults.next('response_url', { status: 503, times: 2 });
    await type('help');
    await slack.until(() => slack.calls.some(({ method, status }) => method === 'response_url' && status === 503));
    await world.startBot();
    await world.stopBot(0);
    await slack.until(() => notes(general).length > 0);
    expect(notes(general).map(([, user]) => user)).toEqual([ada]);
  });
});
