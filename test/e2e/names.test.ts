/** Names in prompts: how many look-ups they cost, and what people see when Slack is slow to tell them. */
import { afterEach, expect, test } from '@jest/globals';
import type { Simulator } from '../../src/simulator/index.js';
import { textOf, World } from './world.js';

let world: World;
afterEach(() => world.stop());

/** `lists`: Slack tells of many people at once. */
async function start(env: Record<string, string> = {}, lists = false): Promise<World> {
  world = await World.start({ transport: 'socket', env });
  world.echo();
  if (!lists) world.slack.faults.next('users.list', { error: 'missing_scope', times: 1_000 });
  return world;
}

const callsOf = ({ calls }: Simulator, method: string): Record<string, unknown>[] =>
  calls.filter((call) => call.method === method).map(({ args }) => args);
const lookUps = (slack: Simulator): unknown[] => callsOf(slack, 'users.info').map(({ user }) => user);

test('the people of a small workspace are known from one call', async () => {
  const { slack, ada, bob, general, botId } = await start({}, true);
  for (const [user, text] of [
    [ada, 'Re: Ada: hi'],
    [bob, 'Re: Bob: hi'],
  ] as const) {
    const { ts } = slack.say({ user, channel: general, text: `<@${botId}> hi` });
    await world.untilSays(general, ts, text);
  }
  expect(callsOf(slack, 'users.list')).toHaveLength(1);
  expect(lookUps(slack)).toEqual([]);
});

test('one message that names 901 people costs about 50 look-ups, for later answers too', async () => {
  const { slack, ada, general, botId } = await start();
  const named = Array.from({ length: 901 }, (_, at) => `<@U${at}>`).join(' ');
  const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> hi ${named}` });
  await slack.until(() => world.asked.length === 1, 10_000);
  slack.say({ user: ada, channel: general, threadTs: ts, text: `<@${botId}> and now?` });
  await world.untilSays(general, ts, 'Re: Ada: and now?');
  expect(lookUps(slack).length).toBeLessThanOrEqual(51);
  expect(lookUps(slack)).toContain(ada);
});

test("who asks in a direct message is looked up once, for the language of the reply's buttons", async () => {
  const { slack, ada } = await start();
  const dm = slack.dm(ada).id;
  slack.say({ user: ada, channel: dm, text: 'hello' });
  await world.untilSays(dm, undefined, 'Re: hello');
  slack.say({ user: ada, channel: dm, text: 'hello again' });
  await world.untilSays(dm, undefined, 'Re: hello again');
  expect(lookUps(slack)).toEqual([ada]);
});

test('without buttons nobody is looked up for a direct message, except who is mentioned in it', async () => {
  const { slack, ada, bob } = await start({ REPLY_BUTTONS: 'off' });
  const dm = slack.dm(ada).id;
  slack.say({ user: ada, channel: dm, text: 'hello' });
  await world.untilSays(dm, undefined, 'Re: hello');
  expect(lookUps(slack)).toEqual([]);
  slack.say({ user: ada, channel: dm, text: `who is <@${bob}>?` });
  await world.untilSays(dm, undefined, 'Re: who is @Bob?');
  expect(lookUps(slack)).toEqual([bob]);
});

test('nobody is looked up for what people say where the bot takes no part', async () => {
  const { slack, ada, bob, general, botId } = await start({ CHANNEL_CONTEXT_MESSAGES: '0' });
  slack.say({ user: bob, channel: general, text: 'good morning' });
  await world.untilAcked();
  const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> hi` });
  await world.untilSays(general, ts, 'Re: Ada: hi');
  expect(lookUps(slack)).toEqual([ada]);
});

test('who spoke in the channel before is looked up with the mention, not earlier', async () => {
  const { slack, ada, bob, general, botId } = await start();
  slack.say({ user: bob, channel: general, text: 'good morning' });
  await world.untilAcked();
  expect(lookUps(slack)).toEqual([]);
  const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> hi` });
  await world.untilSays(general, ts, 'Re: Ada: hi');
  expect(new Set(lookUps(slack))).toEqual(new Set([ada, bob]));
});

test('an answer does not wait for a name that Slack does not tell', async () => {
  const { slack, ada, general, botId } = await start({}, true);
  for (const method of ['users.list', 'users.info']) slack.faults.next(method, { delayMs: 60_000 });
  const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> hi` });
  // Far less than the Slack client waits for a call.
  await slack.until(() => world.replies(general, ts).some((reply) => textOf(reply) === 'Re: Person 1: hi'), 8_000);
});

test('channels and user groups have their names, private channels distinct marks, live, edited and read back', async () => {
  const { slack, ada, bob, general, botId } = await start();
  const random = slack.addChannel({ name: 'random', members: [bob] }).id;
  const secrets = ['board', 'pay'].map((name) => slack.addChannel({ name, kind: 'private', members: [bob, botId] }).id);
  const oncall = slack.addUserGroup({ handle: 'oncall', members: [bob] }).id;
  const named = [random, ...secrets].map((id) => `<#${id}>`).join(' ');
  const { ts } = slack.say({ user: bob, channel: general, text: `read ${named} <!subteam^${oncall}>` });
  const question = slack.say({ user: ada, channel: general, threadTs: ts, text: `<@${botId}> ${named}?` });
  const shown = '#random [channel 2] [channel 3]';
  await world.untilSays(general, ts, `Re: Ada: ${shown}?`);
  expect(world.lastPrompt[0]).toBe(`user: Bob: read ${shown} @oncall`);
  slack.edit({ user: ada, channel: general, ts: question.ts, text: `<@${botId}> <#${secrets[1]}>!` });
  await world.untilSays(general, ts, 'Re: Ada: [channel 3]!');
  const asked = slack.calls.filter(({ method }) => /^(conversations\.info|usergroups\.list)$/.test(method));
  expect(asked).toHaveLength(4);
});

test('a renamed channel has its new name in the next prompt, of every process', async () => {
  const { slack, ada, general, botId } = await start();
  const channel = slack.addChannel({ name: 'plans', members: [ada, botId] }).id;
  const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> see <#${channel}>` });
  await world.untilSays(general, ts, 'Re: Ada: see #plans');
  slack.rename({ user: ada, channel, name: 'old-plans' });
  await world.untilAcked();
  slack.say({ user: ada, channel: general, threadTs: ts, text: `<@${botId}> and <#${channel}>?` });
  await world.untilSays(general, ts, 'Re: Ada: and #old-plans?');
  expect(world.lastPrompt[0]).toBe('user: Ada: see #old-plans');
  expect(slack.calls.filter(({ method }) => method === 'conversations.info')).toHaveLength(2);
});

test('an answer does not wait for the names of channels that Slack does not tell', async () => {
  const { slack, ada, general, botId } = await start();
  slack.faults.next('conversations.info', { delayMs: 60_000 });
  const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> see <#${general}>` });
  await slack.until(
    () => world.replies(general, ts).some((reply) => textOf(reply) === 'Re: Ada: see [channel 1]'),
    8_000,
  );
});
