import { afterEach, describe, expect, test } from '@jest/globals';
import type { Clock } from '../../src/core/ports.js';
import { systemClock } from '../../src/ops/clock.js';
import { fastClock } from '../support/fast-clock.js';
import { World } from './world.js';

let world: World;
afterEach(() => world.stop());

async function start(env: Record<string, string> = {}, clock: Clock = systemClock): Promise<World> {
  world = await World.start({ transport: 'socket', env, clock });
  world.echo();
  return world;
}

test.each(['private', 'mpim'] as const)(
  'in a %s channel the bot answers mentions in their thread, and nothing else',
  async (kind) => {
    const { slack, ada, bob, botId } = await start();
    const channel = slack.addChannel({ name: 'few', kind, members: [ada, bob, botId] }).id;
    slack.say({ user: ada, channel, text: 'not for the bot' });
    const { ts } = slack.say({ user: ada, channel, text: `<@${botId}> for the bot` });
    await world.untilSays(channel, ts, 'Re: Ada: for the bot');
    expect(world.replies(channel)).toHaveLength(1);
  },
);

describe('people from other workspaces', () => {
  test('are answered with ALLOW_EXTERNAL_USERS=true', async () => {
    const { slack, ada, botId } = await start({ ALLOW_EXTERNAL_USERS: 'true' });
    const guest = slack.addUser({ name: 'guest', displayName: 'Guest', team: 'T0OTHER0001' }).id;
    const channel = slack.addChannel({ name: 'shared', members: [ada, guest, botId] }).id;
    const { ts } = slack.say({ user: guest, channel, text: `<@${botId}> hello` });
    await world.untilSays(channel, ts, 'Re: Guest: hello');
  });
});

/** A thread in which the bot takes part. */
async function thread(): Promise<string> {
  const { slack, ada, general, botId } = world;
  const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> hi` });
  await world.untilSays(general, ts, 'Re: Ada: hi');
  return ts;
}

describe('THREAD_REPLIES', () => {
  test('=all: the bot also answers messages between people', async () => {
    const { slack, ada, bob, general } = await start({ THREAD_REPLIES: 'all' });
    const ts = await thread();
    slack.say({ user: ada, channel: general, threadTs: ts, text: `<@${bob}> see?` });
    await world.untilSays(general, ts, 'Re: Ada: @Bob see?');
  });

  test('=mention: the bot answers only mentions, but its prompts have the other messages too', async () => {
    const { slack, ada, general, botId } = await start({ THREAD_REPLIES: 'mention' });
    const ts = await thread();
    slack.say({ user: ada, channel: general, threadTs: ts, text: 'a remark' });
    await world.untilAcked();
    slack.say({ user: ada, channel: general, threadTs: ts, text: `<@${botId}> now` });
    await expect(world.untilSays(general, ts, 'Re: Ada: now')).resolves.toHaveLength(2);
    expect(world.lastPrompt).toContain('user: Ada: a remark');
  });
});

test('a long thread is read page by page', async () => {
  const { slack, ada, general, botId } = await start();
  const { ts } = slack.say({ user: ada, channel: general, text: 'remark 0' });
  for (let count = 1; count < 450; count += 1)
    slack.say({ user: ada, channel: general, threadTs: ts, text: `remark ${count}` });
  // One that Slack sends again would come as an answer to the mention.
  await world.untilAcked();
  slack.say({ user: ada, channel: general, threadTs: ts, text: `<@${botId}> how many?` });
  await world.untilSays(general, ts, 'Re: Ada: how many?');
  expect(world.lastPrompt).toEqual([
    ...Array.from({ length: 450 }, (_, count) => `user: Ada: remark ${count}`),
    'user: Ada: how many?',
  ]);
  expect(slack.calls.filter(({ method }) => method === 'conversations.replies').length).toBeGreaterThan(2);
});

test('names are looked up once; a person who cannot be looked up gets a number', async () => {
  const { slack, ada, bob, general, botId } = await start();
  slack.faults.next('users.list', { error: 'missing_scope', times: 1_000 });
  slack.faults.next('users.info', { error: 'user_not_found', times: 1_000, when: ({ user }) => user === bob });
  const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> one` });
  await world.untilSays(general, ts, 'Re: Ada: one');
  slack.say({ user: bob, channel: general, threadTs: ts, text: `<@${botId}> two` });
  await world.untilSays(general, ts, 'Re: Person 2: two');
  slack.say({ user: ada, channel: general, threadTs: ts, text: `<@${botId}> three` });
  await world.untilSays(general, ts, 'Re: Ada: three');
  expect(slack.calls.filter(({ method, args }) => method === 'users.info' && args['user'] === ada)).toHaveLength(1);
});

test('a slow answer at the top level of a DM, which has no status line, starts as a placeholder', async () => {
  const { slack, model, ada } = await start({ DM_REPLIES: 'flat' }, fastClock(40));
  const dm = slack.dm(ada).id;
  model.prependFixture({ match: { userMessage: /slow/ }, response: { content: 'There.' }, latency: 200, chunkSize: 3 });
  slack.say({ user: ada, channel: dm, text: 'slow one' });
  await world.untilSays(dm, undefined, '_Thinking…_');
  await expect(world.untilSays(dm, undefined, 'There.')).resolves.toEqual(['There.']);
});
