/** Settings where people are: from the modal to the next answer, and what `/skein why` says of them. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Entered } from '../../src/simulator/index.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { World, type WorldOptions } from './world.js';

let world: World;
afterEach(() => world.stop());

async function start(options: WorldOptions): Promise<{ admin: string }> {
  world = await World.start(options);
  const admin = world.slack.addUser({ name: 'admin', displayName: 'Admin', role: 'admin' }).id;
  world.slack.join({ user: admin, channel: world.general });
  world.echo();
  return { admin };
}

/** Texts that only this person sees in the channel. */
function notes(user: string, channel = world.general): string[] {
  const all = world.slack.messages(channel).filter(({ ephemeralTo }) => ephemeralTo === user);
  return all.map(({ text }) => text);
}

async function type(user: string, text: string, channel = world.general): Promise<string> {
  const before = notes(user, channel).length;
  expect((await world.slack.command({ user, channel, command: '/skein', text })).state).toBe('acked');
  return world.slack.until(() => notes(user, channel)[before]);
}

/** Fills in the modal that the command opens; resolves with what the person is told. */
async function set(user: string, command: string, entered: Entered, channel = world.general): Promise<string> {
  await world.slack.command({ user, channel, command: '/skein', text: command });
  await world.slack.until(() => world.slack.modal(user));
  const before = notes(user, channel).length;
  expect((await world.slack.submitModal({ user, entered })).state).toBe('acked');
  expect(world.slack.modal(user)).toBeUndefined();
  return world.slack.until(() => notes(user, channel)[before]);
}

const ask = (text: string, user = world.ada): { ts: string } =>
  world.slack.say({ user, channel: world.general, text: `<@${world.botId}> ${text}` });

describe.each(['socket', 'http'] as const)('over %s', (transport) => {
  test('what an admin sets for a channel is in force at the next message, and why says so', async () => {
    const { admin } = await start({ transport });
    expect(await set(admin, 'settings', { model: 'other-model', instructions: 'Talk about rye.' })).toContain(
      '*Model*: nothing → `other-model`',
    );
    const { ts } = ask('hello');
    await world.untilSays(world.general, ts, 'Re: Ada: hello');
    expect(world.model.getRequests().at(-1)?.body).toMatchObject({ model: 'other-model' });
    expect(world.asked.at(-1)?.messages[0]?.content).toContain('Talk about rye.');
    const why = await type(world.ada, 'why');
    expect(why).toContain(`*Model*: \`other-model\` (from this channel, set by <@${admin}>`);
    expect(why).toContain('*When it answers*: `auto` (from the deployment)');
  });

  test('where it is off, who asks is told, and nobody else', async () => {
    const { admin } = await start({ transport });
    await set(admin, 'settings', { answers: 'off' });
    const { ts } = ask('hello');
    await world.slack.until(() => notes(world.ada).length > 0);
    expect(notes(world.ada)[0]).toContain('switched off in this channel');
    expect(world.replies(world.general, ts).filter(({ ephemeralTo }) => ephemeralTo === undefined)).toEqual([]);
    expect(world.asked).toEqual([]);
    await set(admin, 'settings', { answers: 'auto' });
    await world.untilSays(world.general, ask('again').ts, 'Re: Ada: again');
  });
});

test('who may not change settings is told who may; for themselves everybody may', async () => {
  const { admin } = await start({ transport: 'socket' });
  // Ada is the first member: she created the channel.
  expect(await type(world.bob, 'settings')).toContain("You can't change the settings of this channel");
  expect(await type(world.bob, 'settings workspace')).toContain('Admins of this workspace');
  expect(await set(world.ada, 'settings', { effort: 'low' })).toContain('`low`');
  expect(await set(world.bob, 'settings me', { about: 'I am a baker.' })).toContain('baker');
  await set(admin, 'settings workspace', { guests: 'no' });
  const log = await type(world.bob, 'settings log');
  expect(log).toContain(`<@${admin}>, this workspace:`);
  expect(log).not.toContain('baker');
  await world.untilSays(world.general, ask('hello', world.bob).ts, 'Re: Bob: hello');
  expect(world.asked.at(-1)?.messages[0]?.content).toContain('I am a baker.');
  await world.untilSays(world.general, ask('hi').ts, 'Re: Ada: hi');
  expect(world.asked.at(-1)?.messages[0]?.content).not.toContain('baker');
});

test('what the workspace locks or forbids, no channel widens, and why says it', async () => {
  const { admin } = await start({ transport: 'socket' });
  await set(admin, 'settings workspace', { models: 'test-model, two', verbosity: 'low', locked: ['verbosity'] });
  await set(admin, 'settings', { model: 'three', verbosity: 'high' });
  await world.untilSays(world.general, ask('hello').ts, 'Re: Ada: hello');
  expect(world.model.getRequests().at(-1)?.body).toMatchObject({ model: 'test-model', verbosity: 'low' });
  const why = await type(world.ada, 'why');
  expect(why).toContain('this channel asks for more than the workspace allows');
  expect(why).toContain('this channel has another value, but the workspace has locked this setting');
});

test('a modal that is asked for too late opens nothing, and the person is told', async () => {
  const { admin } = await start({ transport: 'socket' });
  world.slack.faults.next('views.open', { error: 'expired_trigger_id' });
  expect(await type(admin, 'settings')).toContain('too long to open');
});

test('a person who lost their rights meanwhile changes nothing', async () => {
  await start({ transport: 'socket', env: { SETTINGS_BY: 'admins' } });
  const boss = world.slack.addUser({ name: 'boss', role: 'admin' }).id;
  world.slack.join({ user: boss, channel: world.general });
  await world.slack.command({ user: boss, channel: world.general, command: '/skein', text: 'settings' });
  await world.slack.until(() => world.slack.modal(boss));
  world.slack.setRole(boss, 'member');
  await world.slack.submitModal({ user: boss, entered: { answers: 'off' } });
  await world.slack.until(() => notes(boss).length > 0);
  expect(notes(boss)[0]).toContain("You can't change");
  await world.untilSays(world.general, ask('hello').ts, 'Re: Ada: hello');
});

describe('with Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  test('a submission that Slack delivers twice changes once, and every process answers by it', async () => {
    const { admin } = await start({ transport: 'socket', redisUrl: redis.url });
    await world.startBot();
    await world.slack.command({ user: admin, channel: world.general, command: '/skein', text: 'settings' });
    await world.slack.until(() => world.slack.modal(admin));
    const { id } = await world.slack.submitModal({ user: admin, entered: { model: 'other-model' } });
    for (let again = 0; again < 3; again += 1) await world.slack.redeliverAct(id);
    await world.slack.until(() => notes(admin).length > 0);
    for (let at = 0; at < 6; at += 1)
      await world.untilSays(world.general, ask(`hello ${at}`).ts, `Re: Ada: hello ${at}`);
    expect(new Set(world.model.getRequests().map(({ body }) => (body as unknown as { model: string }).model))).toEqual(
      new Set(['other-model']),
    );
    const log = await type(admin, 'settings log');
    expect(log.match(/other-model/g)).toHaveLength(1);
    expect(notes(admin).filter((text) => text.includes('Saved'))).toHaveLength(1);
  });
});
