/** What people say in a channel before they name the bot, from Slack's events to the prompt. */
import { afterEach, expect, test } from '@jest/globals';
import { CHANNEL_HEAD, CHANNEL_TAIL } from '../../src/prompt/channel-before.js';
import { spoken, World } from './world.js';

let world: World;
afterEach(() => world.stop());

async function start(env: Record<string, string> = {}): Promise<World> {
  world = await World.start({ transport: 'socket', env });
  world.echo();
  return world;
}

/** What the last prompt has of the channel. */
function before(): string[] {
  const [first = ''] = (world.asked.at(-1)?.messages ?? []).flatMap(({ role, content }) =>
    role === 'user' ? [content] : [],
  );
  const parts = spoken(first);
  return parts[0] === CHANNEL_HEAD ? parts.slice(1, parts.indexOf(CHANNEL_TAIL)) : [];
}

test.each(['private', 'mpim', 'channel'] as const)(
  'people talk in a %s channel and then ask: the model knows what about',
  async (kind) => {
    const { slack, ada, bob, botId, general } = await start();
    slack.say({ user: bob, channel: general, text: 'elsewhere' });
    const channel = slack.addChannel({ name: 'few', kind, members: [ada, bob, botId] }).id;
    slack.say({ user: ada, channel, text: 'the red one goes 80 km' });
    slack.say({ user: bob, channel, text: 'the blue one 120' });
    const { ts: gone } = slack.say({ user: bob, channel, text: 'a secret' });
    const { ts: wrong } = slack.say({ user: ada, channel, text: 'the green one 20' });
    await world.untilAcked();
    slack.remove({ channel, ts: gone });
    slack.edit({ user: ada, channel, ts: wrong, text: 'the green one 200' });
    await world.untilAcked();
    const { ts } = slack.say({ user: ada, channel, text: `<@${botId}> which one goes further?` });
    await world.untilSays(channel, ts, 'Re: Ada: which one goes further?');
    const said = ['Ada: the red one goes 80 km', 'Bob: the blue one 120', 'Ada: the green one 200'];
    expect(before()).toEqual(said);

    // The thread keeps its copies, without what is deleted meanwhile.
    slack.say({ user: bob, channel, text: 'later' });
    slack.remove({ channel, ts: wrong });
    await world.untilAcked();
    slack.say({ user: ada, channel, threadTs: ts, text: 'sure?' });
    await world.untilSays(channel, ts, 'Re: Ada: sure?');
    expect(before()).toEqual(said.slice(0, 2));
    expect(slack.calls.filter(({ method }) => method.startsWith('conversations.'))).toEqual([]);
  },
);

test('a mention in mid-thread reads the thread, not the channel', async () => {
  const { slack, ada, bob, general, botId } = await start();
  slack.say({ user: bob, channel: general, text: 'in the channel' });
  const { ts } = slack.say({ user: bob, channel: general, text: 'a root' });
  slack.say({ user: ada, channel: general, threadTs: ts, text: `<@${botId}> well?` });
  await world.untilSays(general, ts, 'Re: Ada: well?');
  expect(world.lastPrompt).toEqual(['user: Bob: a root', 'user: Ada: well?']);
});

test('people of another organization are not read where they are not served', async () => {
  const { slack, ada, botId } = await start();
  const guest = slack.addUser({ name: 'guest', displayName: 'Guest', team: 'T0OTHER0001' }).id;
  const channel = slack.addChannel({ name: 'shared', members: [ada, guest, botId] }).id;
  slack.say({ user: guest, channel, text: 'from outside' });
  slack.say({ user: ada, channel, text: 'from inside' });
  await world.untilAcked();
  const { ts } = slack.say({ user: ada, channel, text: `<@${botId}> well?` });
  await world.untilSays(channel, ts, 'Re: Ada: well?');
  expect(before()).toEqual(['Ada: from inside']);
});

test('CHANNEL_CONTEXT_MESSAGES=0: the model is given the mention alone', async () => {
  const { slack, ada, bob, general, botId } = await start({ CHANNEL_CONTEXT_MESSAGES: '0' });
  slack.say({ user: bob, channel: general, text: 'good morning' });
  await world.untilAcked();
  const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> well?` });
  await world.untilSays(general, ts, 'Re: Ada: well?');
  expect(world.lastPrompt).toEqual(['user: Ada: well?']);
});
