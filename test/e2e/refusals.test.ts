/** Calls that Slack refuses, and messages that people delete, while a reply is being written. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { fastClock } from '../support/fast-clock.js';
import { heldQuestion, mention } from './questions.js';
import { textOf, World } from './world.js';

let world: World;
afterEach(() => world.stop());

async function start(): Promise<World> {
  world = await World.start({ transport: 'socket', clock: fastClock(40) });
  return world;
}

async function untilRefused(error: string): Promise<void> {
  await world.slack.until(() => world.slack.calls.some(({ result }) => result?.['error'] === error));
}

test('429 without Retry-After delays a reply, which is complete in the end', async () => {
  const { slack, general } = await start();
  world.echo();
  for (const method of ['chat.postMessage', 'chat.update'])
    slack.faults.next(method, { status: 429, retryAfter: 'none', times: 2 });
  const thread = mention(world, 'hello');
  await expect(world.untilSays(general, thread, 'Re: Ada: hello')).resolves.toHaveLength(1);
  expect(slack.calls.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(2);
});

describe('a message that is too long for Slack', () => {
  test.each(['msg_too_long', 'msg_blocks_too_long'])(
    'is split into shorter ones without losing text (%s)',
    async (error) => {
      const { slack, model, general } = await start();
      const text = 'All work and no play makes a dull bot. '.repeat(150).trim();
      model.onMessage(/question/, { content: text });
      const longerThan = (length: number) => (args: Record<string, unknown>) =>
        String(args['markdown_text']).length > length;
      for (const method of ['chat.postMessage', 'chat.update'])
        slack.faults.next(method, { error, times: 1_000, when: longerThan(3_000) });
      const thread = mention(world, 'question');
      await slack.until(() => world.replies(general, thread).map(textOf).join('') === text);
      expect(world.replies(general, thread).length).toBeGreaterThan(1);
      expect(slack.calls.some(({ result }) => result?.['error'] === error)).toBe(true);
    },
  );

  test('at any length is given up, and the bot continues', async () => {
    const { slack, general } = await start();
    world.echo();
    slack.faults.next('chat.postMessage', {
      error: 'msg_too_long',
      times: 1_000,
      when: ({ markdown_text: text }) => String(text).includes('cursed'),
    });
    mention(world, 'cursed');
    await untilRefused('msg_too_long');
    await expect(world.untilSays(general, mention(world, 'blessed'), 'Re: Ada: blessed')).resolves.toHaveLength(1);
  });
});

describe('a place where the bot can no longer write', () => {
  test.each(['channel_not_found', 'is_archived', 'not_in_channel'])(
    '%s: no apology, no endless retries, and the bot continues in other places',
    async (error) => {
      const { slack, ada, general, botId } = await start();
      world.echo();
      const doomed = slack.addChannel({ name: 'doomed', members: [ada, botId] }).id;
      slack.faults.next('chat.postMessage', { error, times: 1_000, when: ({ channel }) => channel === doomed });
      slack.say({ user: ada, channel: doomed, text: `<@${botId}> anybody?` });
      await untilRefused(error);
      await world.untilSays(general, mention(world, 'here'), 'Re: Ada: here');
      expect(world.replies(doomed)).toEqual([]);
      expect(slack.calls.filter(({ result }) => result?.['error'] === error)).toHaveLength(1);
    },
  );

  test.each([
    ['not_in_channel', /^:warning: I cannot answer in <#C\w+>: .*\/invite/],
    ['is_archived', /^:warning: I cannot answer in <#C\w+>: it is archived/],
    ['restricted_action_read_only_channel', /^:warning: I cannot answer in <#C\w+>: I am not allowed/],
  ])('%s, after the model was paid: who asked gets the answer in a direct message, once', async (error, sentence) => {
    const { slack, ada, general } = await start();
    world.echo();
    slack.faults.next('chat.postMessage', { error, times: 1_000, when: ({ channel }) => channel === general });
    mention(world, 'anybody?');
    const dm = slack.dm(ada).id;
    await slack.until(() => world.replies(dm).length > 0);
    slack.faults.clear();
    await world.untilSays(general, mention(world, 'here'), 'Re: Ada: here');
    const told = world.replies(dm).map(textOf);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(sentence);
    expect(told[0]).toContain('\n\nRe: Ada: anybody?');
  });

  test('that already refuses the status line ends the call of the model; who asked is told, and the next is answered', async () => {
    const { slack, model, ada, general } = await start();
    model.onMessage(/and here/, { content: 'I am' });
    model.onMessage(/anybody/, { content: 'word '.repeat(40) }, { latency: 50, chunkSize: 5 });
    slack.faults.next('assistant.threads.setStatus', { error: 'channel_not_found' });
    const thread = mention(world, 'anybody?');
    const dm = slack.dm(ada).id;
    await slack.until(() => world.replies(dm).length > 0);
    slack.say({ user: ada, channel: general, threadTs: thread, text: 'and here?' });
    await expect(world.untilSays(general, thread, 'I am')).resolves.toEqual(['I am']);
    expect(world.replies(dm).map(textOf)).toEqual([expect.stringMatching(/invite.*then ask again/)]);
  });

  test('a status line that Slack is slow to take, and then refuses, holds nobody up', async () => {
    const { slack, general } = await start();
    world.echo();
    slack.faults.next('assistant.threads.setStatus', { error: 'not_in_channel', delayMs: 60_000 });
    await expect(world.untilSays(general, mention(world, 'here'), 'Re: Ada: here')).resolves.toHaveLength(1);
  });

  test('a temporarily revoked token delays the answer until the token is valid again', async () => {
    const { slack, general } = await start();
    world.echo();
    slack.faults.next('chat.postMessage', { error: 'token_revoked', times: 2 });
    const thread = mention(world, 'still there?');
    await expect(world.untilSays(general, thread, 'Re: Ada: still there?')).resolves.toHaveLength(1);
    expect(slack.calls.filter(({ result }) => result?.['error'] === 'token_revoked')).toHaveLength(2);
  });
});

describe('messages deleted while they are being answered', () => {
  test("the thread's first message, with other questions waiting: they are answered below its tombstone", async () => {
    const { slack, ada, general } = await start();
    world.echo();
    const { ts: thread, release } = await heldQuestion(world, 'first', 'to the first');
    slack.say({ user: ada, channel: general, threadTs: thread, text: 'second' });
    await world.untilAcked();
    slack.remove({ channel: general, ts: thread });
    await world.untilAcked();
    release();
    await world.untilSays(general, thread, 'Re: Ada: second');
    expect(world.lastPrompt.join('\n')).not.toContain('Ada: first');
    await slack.until(() => slack.status(general, thread) === undefined);
  });

  test('the only question: the thread no longer exists in Slack, and the bot continues', async () => {
    const { slack, general } = await start();
    world.echo();
    const { ts: thread, release } = await heldQuestion(world, 'first', 'to the first');
    slack.remove({ channel: general, ts: thread });
    await world.untilAcked();
    release();
    await world.untilSays(general, mention(world, 'another'), 'Re: Ada: another');
    await slack.until(() => slack.status(general, thread) === undefined);
  });
});
