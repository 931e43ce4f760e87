/** Long conversations: their beginning is summarized, and summarized again after edits and deletions. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { mention } from './questions.js';
import { spoken, World } from './world.js';

let redis: RedisServer;
let world: World;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
afterEach(() => world.stop());

const isForSummary = ({ messages }: { messages: { content: unknown }[] }): boolean =>
  spoken(String(messages.at(-1)?.content))
    .at(-1)
    ?.startsWith('Sum up') === true;

/** Prompts for summaries, each as one text. */
const summaryPrompts = (): string[] =>
  world.asked.filter(isForSummary).map(({ messages }) => messages.map(({ content }) => content).join('\n'));

/** Four messages of Ada and their answers. Returns the `ts` of the thread and of the second message. */
async function longConversation(): Promise<{ thread: string; second: string }> {
  const { slack, ada, general } = world;
  const thread = mention(world, `the code is 1234. ${'So we said. '.repeat(100)}`);
  await slack.until(() => world.replies(general, thread).length === 1);
  const { ts: second } = slack.say({
    user: ada,
    channel: general,
    threadTs: thread,
    text: `the door is blue. ${'So we said. '.repeat(200)}`,
  });
  await slack.until(() => world.replies(general, thread).length === 2);
  for (const n of [3, 4]) {
    slack.say({ user: ada, channel: general, threadTs: thread, text: `${n}. ${'So we said. '.repeat(30)}` });
    await slack.until(() => world.replies(general, thread).length === n);
  }
  return { thread, second };
}

async function start(): Promise<void> {
  world = await World.start({ transport: 'socket', redisUrl: redis.url, env: { VERBATIM_TOKENS: '1000' } });
  world.model.onMessage(/(?:^|\n\n)Sum up/, () => ({
    content: `Summary number ${world.asked.filter(isForSummary).length}.`,
  }));
  world.model.onMessage(/[^]*/, { content: 'I see.' });
}

const untilSummed = (times: number): Promise<void> =>
  until(() => world.logs.filter((line) => line.includes('"kept":true')).length >= times, `${times} summaries are kept`);

test('the oldest turns are summarized after a reply, and the next prompt has the summary instead', async () => {
  await start();
  const { slack, ada, general } = world;
  const { thread } = await longConversation();
  await untilSummed(1);
  expect(summaryPrompts()[0]).toContain('the code is 1234');
  slack.say({ user: ada, channel: general, threadTs: thread, text: 'what was it?' });
  await slack.until(() => world.replies(general, thread).length === 5);
  expect(world.asked.at(-1)?.messages[1]?.content).toContain('Summary number');
  expect(world.lastPrompt.join('\n')).not.toContain('the code is 1234');
  expect(world.lastPrompt.at(-1)).toBe('user: Ada: what was it?');
});

test('after an edit or a deletion the summary is made again, without the old text', async () => {
  await start();
  const { slack, ada, general, botId } = world;
  const { thread, second } = await longConversation();
  await untilSummed(1);
  slack.edit({
    user: ada,
    channel: general,
    ts: thread,
    text: `<@${botId}> the code is 5678. ${'So we said. '.repeat(100)}`,
  });
  await untilSummed(2);
  expect(summaryPrompts().at(-1)).toContain('the code is 5678');
  expect(summaryPrompts().at(-1)).not.toContain('Summary number');
  slack.remove({ channel: general, ts: second });
  await world.untilAcked();
  slack.say({ user: ada, channel: general, threadTs: thread, text: `5. ${'So we said. '.repeat(200)}` });
  await slack.until(() => world.replies(general, thread).length === 5);
  await untilSummed(3);
  expect(summaryPrompts().at(-1)).not.toContain('the door is blue');
  expect(summaryPrompts().at(-1)).not.toContain('1234');
});
