/** Calls of Slack that never answer: what is no part of an answer holds none up. */
import { afterEach, test } from '@jest/globals';
import { textOf, World } from './world.js';

/** Far less than the bot waits for a call. */
const SOON_MS = 6_000;
const FOR_EVER = { delayMs: 60_000, times: 100_000 };

let world: World;
afterEach(() => world.stop());

const DECORATIONS = [
  'agents.sessions.setStatus',
  'assistant.threads.setStatus',
  'assistant.threads.setTitle',
  'chat.postEphemeral',
  'conversations.info',
  'usergroups.list',
  'users.info',
  'users.list',
];

test.each(DECORATIONS)(
  '%s never answers: two questions in a channel, and two in a direct message, are answered',
  async (method) => {
    world = await World.start({ transport: 'socket' });
    const { slack, model, ada, general, botId } = world;
    model.onMessage(/[^]*/, { content: 'An answer.' });
    slack.faults.next(method, FOR_EVER);
    const group = slack.addUserGroup({ handle: 'oncall', members: [ada] }).id;
    const dm = slack.dm(ada).id;
    const asks = (channel: string, threadTs?: string): string =>
      slack.say({
        user: ada,
        channel,
        text: `<@${botId}> who of <!subteam^${group}> is in <#${general}>?`,
        ...(threadTs !== undefined && { threadTs }),
      }).ts;
    const answered = (channel: string, thread: string, times: number): Promise<unknown> =>
      slack.until(
        () =>
          world.replies(channel, thread).filter((reply) => textOf(reply) === 'An answer.' && reply.streaming !== 'live')
            .length === times,
        SOON_MS,
      );
    for (const channel of [general, dm]) {
      const thread = asks(channel);
      await answered(channel, thread, 1);
      asks(channel, thread);
      await answered(channel, thread, 2);
    }
  },
);

test('chat.delete never answers: the reply is settled, and the next question is answered', async () => {
  world = await World.start({ transport: 'socket' });
  const { slack, model, ada, general, botId } = world;
  model.onMessage(/[^]*/, { content: 'An answer.' });
  slack.faults.next('chat.delete', FOR_EVER);
  model.prependFixture({
    match: { userMessage: /at length/ },
    response: { content: 'An answer. '.repeat(1_500) },
  });
  const { ts: thread } = slack.say({ user: ada, channel: general, text: `<@${botId}> at length` });
  await slack.until(() => world.replies(general, thread).length >= 2, SOON_MS);
  model.prependFixture({ match: { userMessage: /in short/ }, response: { content: 'Short.' } });
  slack.edit({ user: ada, channel: general, ts: thread, text: `<@${botId}> in short` });
  await slack.until(() => world.replies(general, thread).some((reply) => textOf(reply) === 'Short.'), SOON_MS);
  model.prependFixture({ match: { userMessage: /and now/ }, response: { content: 'Now.' } });
  slack.say({ user: ada, channel: general, threadTs: thread, text: 'and now?' });
  await slack.until(() => world.replies(general, thread).some((reply) => textOf(reply) === 'Now.'), SOON_MS);
});
