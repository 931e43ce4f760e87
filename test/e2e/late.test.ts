/** Events that reach the bot only after later messages of the same thread. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { mention, redelivered, untilRefused } from './questions.js';
import { World } from './world.js';

let redis: RedisServer;
let world: World;
beforeEach(async () => {
  redis = await startRedis();
  world = await World.start({ transport: 'socket', redisUrl: redis.url, env: { THREAD_REPLIES: 'mention' } });
  world.echo();
});
afterEach(async () => {
  await world.stop();
  await redis.stop();
});

/** Ada asks while Redis is down: Slack must deliver the event again later. */
async function askInVain(text: string): Promise<string> {
  await redis.kill();
  const ts = mention(world, text);
  await untilRefused(world, ts);
  await redis.start();
  await until(() => world.logs.some((line) => line.includes('reconnected to Redis')), 'Redis to be noticed');
  return ts;
}

test('a comment ignored because its thread was still unknown is in the prompt later', async () => {
  const { slack, bob, general } = world;
  const thread = await askInVain('which wool?');
  const remark = slack.say({ user: bob, channel: general, threadTs: thread, text: 'It has to be red.' });
  await slack.until(() =>
    slack.deliveries.some(
      ({ payload, state }) => state === 'acked' && (payload['event'] as { ts: string }).ts === remark.ts,
    ),
  );
  await redelivered(world);
  await slack.until(() => world.replies(general, thread).length > 0);
  await until(() => world.asked.length > 0, 'the prompt');
  expect(world.lastPrompt.toSorted()).toEqual(['user: Ada: which wool?', 'user: Bob: It has to be red.']);
});

test('a late first question of a thread is answered together with a later one, and not again', async () => {
  const { slack, bob, general, botId } = world;
  const thread = await askInVain('which wool?');
  slack.say({ user: bob, channel: general, threadTs: thread, text: `<@${botId}> and which needles?` });
  await world.untilSays(general, thread, 'Re: Bob: and which needles?');
  expect(world.lastPrompt).toContain('user: Ada: which wool?');
  await redelivered(world);
  const after = slack.say({ user: bob, channel: general, text: `<@${botId}> thanks` });
  await world.untilSays(general, after.ts, 'Re: Bob: thanks');
  expect(world.replies(general, thread)).toHaveLength(1);
});
