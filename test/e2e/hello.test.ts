/** The hello in a channel that the bot is added to, from Slack's event to the button under it. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Message } from '../../src/simulator/index.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { World, type WorldOptions } from './world.js';

const HELLO = 'Start a message with my name, and I answer in its thread.';
const POST = 'chat.postMessage';

let world: World;
afterEach(() => world.stop());

const start = async (options: Partial<WorldOptions> = {}): Promise<World> => {
  world = await World.start({ transport: 'socket', ...options });
  return world;
};

/** A channel of Ada's and Bob's, without the bot. */
function channelOf(name = 'project', kind: 'channel' | 'private' = 'channel'): string {
  return world.slack.addChannel({ name, kind, members: [world.ada, world.bob] }).id;
}

function invite(channel: string, inviter = world.ada): void {
  world.slack.join({ user: world.botId, channel, inviter });
}

const hellos = (channel: string): Message[] =>
  world.replies(channel).filter(({ ephemeralTo, subtype }) => ephemeralTo === undefined && subtype === undefined);

const untilSaid = (channel: string): Promise<unknown> => world.slack.until(() => hellos(channel).length > 0);

/** Everything that was submitted so far is handled: a later request of the same queue has its answer. */
async function untilHandled(): Promise<void> {
  await world.untilAcked();
  const { general, ada, slack } = world;
  const notes = (): number => slack.messages(general).filter(({ ephemeralTo }) => ephemeralTo !== undefined).length;
  const before = notes();
  await slack.command({ user: ada, channel: general, command: '/skein', text: 'help' });
  await slack.until(() => notes() > before);
}

describe.each(['socket', 'http'] as const)('over %s', (transport) => {
  test.each(['channel', 'private'] as const)(
    'it stands in a %s, and its button tells who presses it more',
    async (kind) => {
      const { slack, bob, botId } = await start({ transport });
      const channel = channelOf('project', kind);
      invite(channel);
      await untilSaid(channel);
      const [hello] = hellos(channel);
      expect(hello?.text).toBe(`Hello, I am <@${botId}>. ${HELLO}`);
      const { state } = await slack.press({ user: bob, channel, ts: hello?.ts ?? '', actionId: 'hello-help' });
      expect(state).toBe('acked');
      const help = await slack.until(() => slack.messages(channel).find(({ ephemeralTo }) => ephemeralTo === bob));
      expect(help?.text).toContain(`<@${botId}> keeps the thread`);
      expect(help?.text).toContain('`/skein help`: show this help');
      expect(hellos(channel)).toHaveLength(1);
    },
  );
});

test('it is in the language of who invited the bot', async () => {
  const { slack } = await start();
  const gerda = slack.addUser({ name: 'gerda', locale: 'de-DE' }).id;
  const channel = slack.addChannel({ name: 'projekt', members: [gerda] }).id;
  invite(channel, gerda);
  await untilSaid(channel);
  expect(hellos(channel)[0]?.text).toContain('Beginnt eine Nachricht mit meinem Namen');
});

test('who gets no answers learns from its button why', async () => {
  const { slack, ada, botId } = await start();
  const guest = slack.addUser({ name: 'guest', team: 'T0OTHER0001' }).id;
  const channel = slack.addChannel({ name: 'shared', members: [ada, guest] }).id;
  invite(channel);
  await untilSaid(channel);
  const ts = hellos(channel)[0]?.ts ?? '';
  for (const user of [guest, ada]) await slack.press({ user, channel, ts, actionId: 'hello-help' });
  const shownTo = (user: string): string[] =>
    slack.messages(channel).flatMap(({ ephemeralTo, text }) => (ephemeralTo === user ? [text] : []));
  await slack.until(() => shownTo(guest).length > 0 && shownTo(ada).length > 0);
  expect(shownTo(guest)).toEqual(["I don't answer you here: people from other companies get no answers."]);
  expect(shownTo(ada)).toEqual([expect.stringContaining(`<@${botId}> keeps the thread`)]);
});

test('it is said where Slack does not tell who added the bot', async () => {
  const { slack, botId } = await start();
  const channel = channelOf();
  slack.join({ user: botId, channel });
  await untilSaid(channel);
  expect(hellos(channel)[0]?.text).toContain(HELLO);
});

test('it is said once, though the event comes again, and the bot is removed and added again', async () => {
  const { slack, botId } = await start();
  const channel = channelOf();
  invite(channel);
  await untilSaid(channel);
  const joined = slack.deliveries.find(({ payload }) => typeOf(payload) === 'member_joined_channel');
  slack.redeliver(joined?.eventId ?? '');
  slack.leave({ user: botId, channel });
  invite(channel);
  await untilHandled();
  expect(hellos(channel)).toHaveLength(1);
});

test('nothing is said when somebody else joins, nor when the bot is removed', async () => {
  const { slack, general, botId } = await start();
  const cleo = slack.addUser({ name: 'cleo' }).id;
  slack.join({ user: cleo, channel: general, inviter: world.ada });
  slack.leave({ user: botId, channel: general });
  await world.untilAcked();
  expect(slack.calls.filter(({ method }) => method.startsWith('chat.'))).toEqual([]);
});

test('nothing is said with CHANNEL_HELLO=false, nor where the bot is switched off', async () => {
  const { slack } = await start({ env: { CHANNEL_HELLO: 'false' } });
  invite(channelOf());
  await untilHandled();
  expect(slack.calls.filter(({ method }) => method === POST)).toEqual([]);
});

test('nothing is said where the bot answers nobody', async () => {
  const { slack, ada } = await start();
  slack.setRole(ada, 'admin');
  const channel = channelOf();
  await slack.command({ user: ada, channel, command: '/skein', text: 'settings' });
  await slack.until(() => slack.modal(ada) !== undefined);
  await slack.submitModal({ user: ada, entered: { answers: 'off' } });
  await untilHandled();
  invite(channel);
  await untilHandled();
  expect(hellos(channel)).toEqual([]);
});

test('where Slack lets the bot post nothing, it is tried once', async () => {
  const { slack } = await start();
  slack.faults.next(POST, { error: 'restricted_action_read_only_channel', times: 100 });
  const channel = channelOf();
  invite(channel);
  await slack.until(() => slack.calls.some(({ method }) => method === POST));
  await untilHandled();
  expect(slack.calls.filter(({ method }) => method === POST)).toHaveLength(1);
  expect(world.logs.join('')).toContain('Slack takes no hello in this channel');
});

describe('one whose post', () => {
  test('fails is said later', async () => {
    const { slack } = await start();
    slack.faults.next(POST, { error: 'internal_error' });
    const channel = channelOf();
    invite(channel);
    await untilSaid(channel);
    expect(hellos(channel)).toHaveLength(1);
  });

  test('is taken without an answer is found, and said once', async () => {
    const { slack } = await start();
    slack.faults.next(POST, { drop: true, afterEffect: true });
    const channel = channelOf();
    invite(channel);
    // The second try reads the channel.
    await slack.until(() => world.methods(channel).filter((method) => method === 'conversations.history').length === 2);
    await untilHandled();
    expect(hellos(channel)).toHaveLength(1);
  });
});

describe('with Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  test('it is said once, though the event comes by way of two processes, and by another one later', async () => {
    const { slack, botId } = await start({ redisUrl: redis.url });
    await world.startBot();
    const channel = channelOf();
    invite(channel);
    const joined = slack.deliveries.find(({ payload }) => typeOf(payload) === 'member_joined_channel');
    for (let again = 0; again < 3; again += 1) slack.redeliver(joined?.eventId ?? '');
    await untilSaid(channel);
    await world.startBot();
    await world.stopBot(0);
    await world.stopBot(0);
    slack.leave({ user: botId, channel });
    invite(channel);
    await untilHandled();
    expect(hellos(channel)).toHaveLength(1);
  });

  test('an event that cannot be stored is not acknowledged: Slack sends it again', async () => {
    const { slack } = await start({ redisUrl: redis.url });
    redis.pause();
    const channel = channelOf();
    invite(channel);
    await slack.until(() =>
      slack.deliveries.some(({ attempts }) => attempts.some(({ outcome }) => outcome === 'timeout')),
    );
    expect(hellos(channel)).toEqual([]);
    redis.resume();
    await untilSaid(channel);
    expect(hellos(channel)).toHaveLength(1);
  });

  test('a process that stops after its post is followed by one that finds the hello', async () => {
    const { slack } = await start({ redisUrl: redis.url });
    slack.faults.next(POST, { drop: true, afterEffect: true });
    const channel = channelOf();
    invite(channel);
    await untilSaid(channel);
    await world.startBot();
    await world.stopBot(0);
    await slack.until(() => world.methods(channel).filter((method) => method === 'conversations.history').length === 2);
    await untilHandled();
    expect(hellos(channel)).toHaveLength(1);
  });
});

function typeOf(payload: Record<string, unknown>): unknown {
  return (payload['event'] as { type?: unknown } | undefined)?.type;
}
