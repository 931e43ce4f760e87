/** Stopping a reply while it is written: by a button, by Slack's own, and by a word; from the act to what people see. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { keyOf } from '../../src/core/conversation-id.js';
import { STOPPED } from '../../src/messages/english.js';
import type { Message } from '../../src/simulator/index.js';
import { fastClock } from '../support/fast-clock.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { textOf, World, type WorldOptions } from './world.js';

const SPEED = 40;
const SENTENCE = 'The quick brown fox jumps over the lazy dog, and then it does so once more. ';
/** About five seconds of it. */
const LONG = SENTENCE.repeat(100);
let world: World;
afterEach(() => world.stop());

async function start(options: Partial<WorldOptions> = {}): Promise<World> {
  world = await World.start({ transport: 'socket', clock: fastClock(SPEED), ...options });
  world.model.onMessage(/at length/, { content: LONG }, { chunkSize: 30, latency: 20 });
  world.model.onMessage(/next|French/, { content: 'here I am' });
  return world;
}

interface Place {
  channel: string;
  thread: string;
}

function ask(inChannel: boolean): Place {
  const { slack, ada, general, botId } = world;
  const channel = inChannel ? general : slack.dm(ada).id;
  const text = inChannel ? `<@${botId}> at length` : 'at length';
  return { channel, thread: slack.say({ user: ada, channel, text }).ts };
}

const say = ({ channel, thread }: Place, text: string, user = world.ada): { ts: string } =>
  world.slack.say({ user, channel, threadTs: thread, text });
const replies = ({ channel, thread }: Place): Message[] => world.replies(channel, thread);
const hasButton = ({ blocks = [] }: Message): boolean => JSON.stringify(blocks).includes('"action_id":"stop"');

async function untilStopped(place: Place): Promise<string> {
  const stopped = await world.slack.until(() => replies(place).find((reply) => textOf(reply).endsWith(STOPPED)));
  const shown = textOf(stopped).slice(0, -STOPPED.length);
  expect(LONG.startsWith(shown)).toBe(true);
  expect(hasButton(stopped)).toBe(false);
  return textOf(stopped);
}

/** Asks something else, and looks at what the model is given with it. */
async function isRemembered(place: Place, shown: string): Promise<void> {
  if (!replies(place).some((reply) => textOf(reply) === 'here I am')) say(place, 'what is next?');
  await world.slack.until(() => replies(place).some((reply) => textOf(reply) === 'here I am'));
  expect(world.asked.at(-1)?.messages.map(({ content }) => content)).toContain(shown);
}

describe.each(['socket', 'http'] as const)('over %s', (transport) => {
  test('the button under a reply in a channel stops it, however often the press is delivered', async () => {
    const { slack, bob, general } = await start({ transport });
    const place = ask(true);
    const { ts } = await slack.until(() => replies(place).find(hasButton));
    // Anybody in the conversation may.
    const { id, state } = await slack.press({ user: bob, channel: general, ts, actionId: 'stop' });
    expect(state).toBe('acked');
    const shown = await untilStopped(place);
    await slack.redeliverAct(id);
    await isRemembered(place, shown);
    expect(replies(place).map(textOf)).toEqual([shown, 'here I am']);
  });

  test('the word in the thread stops it and is not answered', async () => {
    const { slack } = await start({ transport });
    const place = ask(true);
    await slack.until(() => replies(place).length > 0);
    say(place, 'Stop!');
    const shown = await untilStopped(place);
    await isRemembered(place, shown);
    expect(replies(place).map(textOf)).toEqual([shown, 'here I am']);
    expect(world.lastPrompt.join()).toContain('Stop!');
  });

  test("Slack's own button stops a reply in a direct message", async () => {
    const { slack, ada } = await start({ transport });
    const place = ask(false);
    const { ts } = await slack.until(() => replies(place).find(({ streaming }) => streaming === 'live'));
    slack.stopStream({ user: ada, channel: place.channel, ts });
    await isRemembered(place, await untilStopped(place));
  });
});

test('what is said behind the word is answered next', async () => {
  const { slack } = await start();
  const place = ask(false);
  await slack.until(() => replies(place).length > 0);
  say(place, 'stop, in French please');
  const shown = await untilStopped(place);
  await slack.until(() => replies(place).some((reply) => textOf(reply) === 'here I am'));
  expect(replies(place).map(textOf)).toEqual([shown, 'here I am']);
});

test('a word as a mention, which comes as two events, stops it once', async () => {
  const { slack, botId } = await start();
  const place = ask(true);
  await slack.until(() => replies(place).length > 0);
  say(place, `<@${botId}> stop`);
  const shown = await untilStopped(place);
  await world.untilAcked();
  await isRemembered(place, shown);
  expect(replies(place).map(textOf)).toEqual([shown, 'here I am']);
});

test('while nothing is written, the word is a message like any other', async () => {
  const { slack, model } = await start();
  model.onMessage(/^halt/, { content: 'I was not writing.' });
  const place = { channel: slack.dm(world.ada).id, thread: '' };
  place.thread = slack.say({ user: world.ada, channel: place.channel, text: 'what is next?' }).ts;
  await world.untilSays(place.channel, place.thread, 'here I am');
  const key = keyOf({ team: slack.team.id, ...place });
  await until(async () => (await world.bots[0]?.recall(key))?.pending.length === 0, 'the settled answer');
  say(place, 'halt');
  await world.untilSays(place.channel, place.thread, 'I was not writing.');
});

test('!stop stops the reply in its thread; where nothing is written, the person is told so', async () => {
  const { slack, botId, ada, general } = await start();
  const place = ask(true);
  await slack.until(() => replies(place).length > 0);
  say(place, `<@${botId}> !stop`);
  const shown = await untilStopped(place);
  const told = (text: string): Promise<unknown> =>
    slack.until(() => slack.messages(general).some((note) => note.ephemeralTo === ada && note.text.includes(text)));
  await told('Stopped.');
  await isRemembered(place, shown);
  expect(world.lastPrompt.join()).not.toContain('!stop');
  const key = keyOf({ team: slack.team.id, ...place });
  await until(async () => (await world.bots[0]?.recall(key))?.pending.length === 0, 'the settled answer');
  say(place, `<@${botId}> !stop`);
  await told('not writing anything');
});

test('REPLY_BUTTONS=off: no button stands there', async () => {
  const { slack } = await start({ env: { REPLY_BUTTONS: 'off' } });
  const place = ask(true);
  const edits = (): number => slack.calls.filter(({ method }) => method === 'chat.update').length;
  await slack.until(() => edits() > 3);
  expect(replies(place).some(hasButton)).toBe(false);
  say(place, 'stop');
  await untilStopped(place);
});

describe('with Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  test('a reply is stopped on whichever process writes it', async () => {
    const { slack, ada, general } = await start({ redisUrl: redis.url });
    await world.startBot();
    const place = ask(true);
    const { ts } = await slack.until(() => replies(place).find(hasButton));
    await slack.press({ user: ada, channel: general, ts, actionId: 'stop' });
    await isRemembered(place, await untilStopped(place));
  });

  test('a process that takes the reply over does not go on writing', async () => {
    // Nothing is told to the run that writes, and it does not look: as if it died at this moment.
    let isDead = false;
    const { slack } = await start({
      redisUrl: redis.url,
      clock: fastClock(1),
      around: {
        store: (store) => ({
          ...store,
          confirm: async (...args) => (isDead ? false : store.confirm(...args)),
          stop: async (...args) => {
            isDead = true;
            return store.stop(...args);
          },
        }),
      },
    });
    const place = ask(true);
    await slack.until(() => replies(place).length > 0);
    const asked = world.asked.length;
    say(place, 'stop');
    await world.startBot();
    await world.stopBot(0);
    const shown = await untilStopped(place);
    await isRemembered(place, shown);
    expect(world.asked.length).toBe(asked + 1);
  });
});
