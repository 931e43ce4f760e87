/** Messages whose words or files stand elsewhere than in their text. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { World } from './world.js';

let world: World;
beforeEach(async () => {
  world = await World.start({ transport: 'socket', env: { FILES: 'names' } });
  world.echo();
});
afterEach(() => world.stop());

test.each([
  ['message-first', 0],
  ['app_mention-first', 0],
  ['message-first', 1_500],
  ['app_mention-first', 1_500],
] as const)(
  'a mention with a file is asked once, with the file: %s, %d ms apart',
  async (mentionOrder, mentionGapMs) => {
    const { slack, ada, general, botId } = world;
    const files = [{ name: 'plan.txt', content: 'knit' }];
    const { ts } = slack.say({
      user: ada,
      channel: general,
      text: `<@${botId}> read this`,
      files,
      mentionOrder,
      mentionGapMs,
    });
    await slack.until(() => slack.deliveries.filter(({ state }) => state === 'acked').length === 2, 10_000);
    await expect(
      world.untilSays(general, ts, 'Re: Ada: read this\n    [file: plan.txt, text/plain]'),
    ).resolves.toHaveLength(1);
    expect(world.asked).toHaveLength(1);
  },
);

test('a direct message with words only in its blocks is a question, not greeted', async () => {
  const { slack, ada } = world;
  const dm = slack.dm(ada).id;
  const { ts: root } = slack.say({ user: ada, channel: dm, text: 'hello' });
  await world.untilSays(dm, root, 'Re: hello');
  const ts = `${Math.floor(Date.now() / 1000) + 1}.000100`;
  const elements = [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'which wool?' }] }];
  const blocks = [{ type: 'rich_text', block_id: 'b1', elements }];
  const place = { channel: dm, channel_type: 'im', thread_ts: root };
  slack.deliver({ type: 'message', ...place, user: ada, text: '', ts, event_ts: ts, blocks });
  await expect(world.untilSays(dm, root, 'Re: which wool?')).resolves.toEqual(['Re: hello', 'Re: which wool?']);
});

test("within a sentence the bot's mention is read as its name", async () => {
  const { slack, ada, general, botId } = world;
  const { ts } = slack.say({ user: ada, channel: general, text: `What can <@${botId}> do for us?` });
  const name = slack.bot.name;
  await world.untilSays(general, ts, `Re: Ada: What can @${name} do for us?`);
  slack.say({ user: ada, channel: general, threadTs: ts, text: `hey <@${botId}>, and now?` });
  await world.untilSays(general, ts, `Re: Ada: hey @${name}, and now?`);
  expect(slack.calls.filter(({ method }) => method === 'users.list')).toHaveLength(1);
  expect(slack.calls.filter(({ method }) => method === 'users.info')).toEqual([]);
});
