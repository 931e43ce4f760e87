/** Edits and deletions of questions that are answered or being answered, and edits that add the mention. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { heldQuestion, mention } from './questions.js';
import { textOf, World } from './world.js';

let redis: RedisServer;
let world: World;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
afterEach(() => world.stop());

async function start(env: Record<string, string> = {}): Promise<World> {
  world = await World.start({ transport: 'socket', redisUrl: redis.url, env });
  world.echo();
  return world;
}

function edit(ts: string, text: string): void {
  const { slack, ada, general, botId } = world;
  slack.edit({ user: ada, channel: general, ts, text: `<@${botId}> ${text}` });
}

const shown = (thread: string): string[] => world.replies(world.general, thread).map(textOf);

describe('the newest question, edited', () => {
  test('is answered again in the same message, once for a burst of edits', async () => {
    const { general } = await start();
    const ts = mention(world, 'waht is this?');
    await world.untilSays(general, ts, 'Re: Ada: waht is this?');
    const [first] = world.replies(general, ts);
    edit(ts, 'what is this?');
    edit(ts, 'what is that?');
    await expect(world.untilSays(general, ts, 'Re: Ada: what is that?')).resolves.toHaveLength(1);
    expect(world.replies(general, ts)[0]?.ts).toBe(first?.ts);
    expect(world.asked).toHaveLength(2);
    expect(world.lastPrompt).toEqual(['user: Ada: what is that?']);
  });

  test('while its answer is being written: the answer starts over in the same message', async () => {
    const { slack, general } = await start();
    const { ts, release } = await heldQuestion(world, 'Ada: long?', 'of the old words '.repeat(200));
    release();
    await slack.until(() => shown(ts).length > 0);
    const [first] = world.replies(general, ts);
    edit(ts, 'short?');
    await expect(world.untilSays(general, ts, 'Re: Ada: short?')).resolves.toHaveLength(1);
    expect(world.replies(general, ts)[0]?.ts).toBe(first?.ts);
  });

  test('with EDITS=remember is stored, but not answered again', async () => {
    const { slack, ada, general } = await start({ EDITS: 'remember' });
    const ts = mention(world, 'one?');
    await world.untilSays(general, ts, 'Re: Ada: one?');
    edit(ts, 'two?');
    await world.untilAcked();
    slack.say({ user: ada, channel: general, threadTs: ts, text: 'and now?' });
    await expect(world.untilSays(general, ts, 'Re: Ada: and now?')).resolves.toEqual([
      'Re: Ada: one?',
      'Re: Ada: and now?',
    ]);
    expect(world.lastPrompt).toEqual(['user: Ada: two?', 'assistant: Re: Ada: one?', 'user: Ada: and now?']);
  });
});

describe('an edit that adds a mention of the bot', () => {
  test('starts a conversation', async () => {
    const { slack, ada, general } = await start();
    const { ts } = slack.say({ user: ada, channel: general, text: 'what is this?' });
    edit(ts, 'what is this?');
    await expect(world.untilSays(general, ts, 'Re: Ada: what is this?')).resolves.toHaveLength(1);
    expect(world.asked).toHaveLength(1);
  });

  test('asks in an existing conversation', async () => {
    const { slack, ada, bob, general } = await start();
    const ts = mention(world, 'hi');
    await world.untilSays(general, ts, 'Re: Ada: hi');
    const aside = slack.say({ user: ada, channel: general, threadTs: ts, text: `<@${bob}> and you?` });
    await world.untilAcked();
    edit(aside.ts, 'and you?');
    await expect(world.untilSays(general, ts, 'Re: Ada: and you?')).resolves.toHaveLength(2);
  });
});

test('deleting a question while it is being answered deletes the partial answer', async () => {
  const { slack, general } = await start();
  const { ts, release } = await heldQuestion(world, 'Ada: long?', 'of the old words '.repeat(200));
  release();
  await slack.until(() => shown(ts).length > 0);
  slack.remove({ channel: general, ts });
  await slack.until(() => shown(ts).length === 0);
  await world.untilSays(general, mention(world, 'something else'), 'Re: Ada: something else');
  expect(shown(ts)).toEqual([]);
});

test('an answer that Slack does not let the bot delete is overwritten, and the thread continues', async () => {
  const { slack, ada, general } = await start();
  slack.faults.next('chat.delete', { error: 'compliance_exports_prevent_deletion', times: 100 });
  const { ts, release } = await heldQuestion(world, 'Ada: long?', 'of the old words '.repeat(200));
  release();
  await slack.until(() => shown(ts).length > 0);
  slack.remove({ channel: general, ts });
  await slack.until(() => shown(ts)[0] === '_(taken back)_');
  slack.say({ user: ada, channel: general, threadTs: ts, text: 'and now?' });
  await world.untilSays(general, ts, 'Re: Ada: and now?');
});

test('with DM_REPLIES=flat a deleted direct message is also removed from the prompts of the thread below it', async () => {
  const { slack, ada } = await start({ DM_REPLIES: 'flat' });
  const dm = slack.dm(ada).id;
  const { ts } = slack.say({ user: ada, channel: dm, text: 'my secret is xyzzy' });
  await world.untilSays(dm, undefined, 'Re: my secret is xyzzy');
  slack.say({ user: ada, channel: dm, threadTs: ts, text: 'about this' });
  await world.untilSays(dm, ts, 'Re: about this');
  expect(world.lastPrompt).toContain('user: my secret is xyzzy');
  slack.remove({ channel: dm, ts });
  await world.untilAcked();
  slack.say({ user: ada, channel: dm, threadTs: ts, text: 'and now?' });
  await world.untilSays(dm, ts, 'Re: and now?');
  expect(world.lastPrompt).toEqual(['user: about this', 'assistant: Re: about this', 'user: and now?']);
});
