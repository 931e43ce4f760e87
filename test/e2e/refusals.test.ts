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
        JSON.stringify(args['markdown_text'] ?? args['blocks'] ?? '').length > length;
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
      when: (args) => JSON.stringify(args).includes('cursed'),
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
    ['not_in_channel', /^:warning: I can't answer in <#C\w+>: .*\/invite/],
    ['is_archived', /^:warning: I can't answer in <#C\w+>: it is archived/],
    ['restricted_action_read_only_channel', /^:warning: I can't answer in <#C\w+>: I'm not allowed/],
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

  test('whose asker is told in a message that Slack takes without an answer: it stands there once', async () => {
    const { slack, ada, general } = await start();
    world.echo();
    const error = 'is_archived';
    slack.faults.next('chat.postMessage', { error, times: 1_000, when: ({ channel }) => channel === general });
    slack.faults.next('chat.postMessage', { drop: true, afterEffect: true, when: ({ channel }) => channel === ada });
    mention(world, 'anybody?');
    const dm = slack.dm(ada).id;
    await slack.until(() => slack.calls.some(({ method }) => method === 'chat.delete'));
    await slack.until(() => world.replies(dm).length === 1);
    expect(world.replies(dm).map(textOf)).toEqual([expect.stringContaining('Re: Ada: anybody?')]);
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

describe('a reply that Slack lets be changed no more', () => {
  const words = Array.from({ length: 60 }, (_, at) => `word${at}`).join(' ');

  async function halfShown(question: string): Promise<{ thread: string; release: () => void }> {
    const { ts, release } = await heldQuestion(world, question, words);
    return { thread: ts, release };
  }

  test.each(['edit_window_closed', 'cant_update_message', 'update_failed', 'a_code_of_tomorrow'])(
    'after its first words (%s) goes on in one more message, and is remembered whole',
    async (error) => {
      const { slack, ada, general } = await start();
      world.echo();
      const { thread, release } = await halfShown('a long one');
      slack.faults.next('chat.update', { error, times: 1_000 });
      release();
      await slack.until(() => world.replies(general, thread).map(textOf).join('') === words, 20_000);
      expect(world.replies(general, thread)).toHaveLength(2);
      slack.faults.clear();
      slack.say({ user: ada, channel: general, threadTs: thread, text: 'and further?' });
      await world.untilSays(general, thread, 'Re: Ada: and further?');
      const [, ...answers] = world.lastPrompt;
      expect(answers.join('').replaceAll('assistant: ', '')).toContain(words);
    },
  );

  test('but is not found once, is looked for in the thread, and completed', async () => {
    const { slack, general } = await start();
    const { thread, release } = await halfShown('a long one');
    slack.faults.next('chat.update', { error: 'message_not_found' });
    release();
    await expect(world.untilSays(general, thread, words)).resolves.toEqual([words]);
    expect(world.methods(general)).toContain('conversations.replies');
  });

  test('because a person deleted it ends, and is forgotten', async () => {
    const { slack, model, ada, general } = await start();
    const { thread, release } = await halfShown('a long one');
    release();
    const [reply] = await slack.until(() => {
      const replies = world.replies(general, thread);
      return replies.length > 0 ? replies : undefined;
    });
    slack.remove({ channel: general, ts: reply?.ts ?? '' });
    await world.untilAcked();
    model.prependFixture({ match: { userMessage: /and further/ }, response: { content: 'No.' } });
    slack.say({ user: ada, channel: general, threadTs: thread, text: 'and further?' });
    await expect(world.untilSays(general, thread, 'No.')).resolves.toEqual(['No.']);
    expect(world.lastPrompt.join('')).not.toContain('word0');
  });
});

describe('what the operator can cure', () => {
  const refusals = (): number => world.slack.calls.filter(({ result }) => result?.['ok'] === false).length;
  const lines = (words: string): number => world.logs.filter((line) => line.includes(words)).length;

  test.each(['org_login_required', 'invalid_auth', 'account_inactive', 'team_access_not_granted', 'missing_scope'])(
    '%s: questions wait, the log has one line for all of them, and each is answered afterwards',
    async (error) => {
      const { slack, general } = await start();
      world.echo();
      for (const method of ['chat.postMessage', 'assistant.threads.setStatus', 'auth.test'])
        slack.faults.next(method, { error, times: 100_000 });
      const threads = ['one', 'two', 'three'].map((text) => mention(world, text));
      await slack.until(() => refusals() >= 4, 20_000);
      slack.faults.clear();
      for (const [at, text] of ['one', 'two', 'three'].entries())
        await expect(world.untilSays(general, threads[at] ?? '', `Re: Ada: ${text}`)).resolves.toHaveLength(1);
      expect(lines(`Slack refuses the bot (${error})`)).toBe(1);
      expect(lines('attempt failed')).toBe(0);
      expect(lines('accepts messages again')).toBe(1);
    },
  );

  test('asks the model for nobody while Slack refuses the token', async () => {
    const { slack, general } = await start();
    world.echo();
    for (const method of ['chat.postMessage', 'auth.test'])
      slack.faults.next(method, { error: 'token_revoked', times: 100_000 });
    const thread = mention(world, 'one');
    await slack.until(() => slack.calls.filter(({ method }) => method === 'auth.test').length >= 4, 20_000);
    expect(world.asked).toHaveLength(1);
    slack.faults.clear();
    await expect(world.untilSays(general, thread, 'Re: Ada: one')).resolves.toHaveLength(1);
  });
});

describe('who asked where nothing can be posted', () => {
  const noPosts = (error: string, channel: string): void =>
    world.slack.faults.next('chat.postMessage', { error, times: 1_000, when: (args) => args['channel'] === channel });

  test.each(['ekm_access_denied', 'restricted_action_thread_locked', 'thread_not_found', 'a_code_of_tomorrow'])(
    'gets the answer in a direct message: %s',
    async (error) => {
      const { slack, ada, general } = await start();
      world.echo();
      noPosts(error, general);
      mention(world, 'anybody?');
      const dm = slack.dm(ada).id;
      await slack.until(() => world.replies(dm).length > 0, 20_000);
      const [told = ''] = world.replies(dm).map(textOf);
      expect(told).toContain('Re: Ada: anybody?');
      if (error === 'a_code_of_tomorrow') expect(told).toContain('`a_code_of_tomorrow`');
    },
  );

  test('gets it in a message that only they see, where Slack takes no direct message', async () => {
    const { slack, ada, general } = await start();
    world.echo();
    noPosts('restricted_action', general);
    noPosts('messages_tab_disabled', ada);
    mention(world, 'anybody?');
    const shown = await slack.until(() => slack.calls.find(({ method }) => method === 'chat.postEphemeral'));
    expect(shown.args).toMatchObject({ user: ada, channel: general });
    expect(shown.args['markdown_text']).toContain('Re: Ada: anybody?');
  });

  test('gets it in a simpler form, where Slack refuses the first', async () => {
    const { slack, ada, general } = await start();
    world.echo();
    noPosts('restricted_action', general);
    slack.faults.next('chat.postMessage', {
      error: 'invalid_blocks',
      times: 1_000,
      when: (args) => args['channel'] === ada && 'markdown_text' in args,
    });
    mention(world, 'anybody?');
    const dm = slack.dm(ada).id;
    await slack.until(() => world.replies(dm).length > 0);
    expect(world.replies(dm).map(textOf).join('')).toContain('Re: Ada: anybody?');
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
