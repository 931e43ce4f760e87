/** A socket that breaks during an append or is renewed, and the two events of a mention arriving far apart. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { redelivered } from './questions.js';
import { World } from './world.js';

let redis: RedisServer;
let world: World;
beforeEach(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  await world.stop();
  await redis.stop();
});

test.each(['drop', 'refresh'] as const)(
  'a socket %s during an append: the ack is lost, but the message is stored and answered once',
  async (how) => {
    world = await World.start({ transport: 'socket', redisUrl: redis.url });
    world.echo();
    await world.startBot();
    const { slack, ada, general, botId } = world;
    await slack.until(() => slack.socketCount === 2);
    redis.pause();
    const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> hello?` });
    await slack.until(() => slack.deliveries.every(({ state }) => state === 'sent'));
    if (how === 'drop') slack.dropSockets();
    else slack.refreshSockets();
    redis.resume();
    await expect(world.untilSays(general, ts, 'Re: Ada: hello?')).resolves.toHaveLength(1);
    await slack.until(() => slack.socketCount === 2, 20_000);
    await redelivered(world);
    // Answered after the redeliveries: these have been handled by now.
    const after = slack.say({ user: ada, channel: general, text: `<@${botId}> and now?` });
    await world.untilSays(general, after.ts, 'Re: Ada: and now?');
    expect(world.replies(general, ts)).toHaveLength(1);
    expect(world.asked).toHaveLength(2);
  },
  60_000,
);

test('while Slack renews the only socket, every event comes through at once', async () => {
  world = await World.start({ transport: 'socket', redisUrl: redis.url });
  world.echo();
  const { slack, ada, general, botId } = world;
  let waited = 0;
  slack.onChange(({ kind, id }) => {
    if (kind === 'delivery' && slack.deliveries.some((one) => one.eventId === id && one.state === 'waiting'))
      waited += 1;
  });
  for (let renewal = 1; renewal <= 3; renewal += 1) {
    slack.refreshSockets();
    const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> hello?` });
    await world.untilSays(general, ts, 'Re: Ada: hello?');
    while (slack.socketCount === 0) {
      slack.say({ user: ada, channel: general, text: 'talk' });
      await world.untilAcked();
    }
  }
  expect(waited).toBe(0);
  expect(slack.deliveries.every(({ attempts }) => attempts.length === 1)).toBe(true);
  const renewals = (): number => world.logs.filter((line) => line.includes('without a gap')).length;
  await until(() => renewals() === 3, 'the line of the last renewal');
  const warnings = world.logs.filter((line) => line.includes('"level":"warn"') && !line.includes('to disk'));
  expect(warnings).toEqual([]);
}, 60_000);

test.each(['message-first', 'app_mention-first'] as const)(
  'the two events of a mention are one question, even if the second arrives after the answer (%s)',
  async (mentionOrder) => {
    world = await World.start({ transport: 'socket', redisUrl: redis.url });
    world.echo();
    const { slack, ada, general, botId } = world;
    const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> hello?`, mentionOrder });
    await world.untilSays(general, ts, 'Re: Ada: hello?');
    await world.untilAcked();
    const events = slack.deliveries.filter(({ payload }) => (payload['event'] as { ts: string }).ts === ts);
    expect(events).toHaveLength(2);
    for (const { eventId } of events) slack.redeliver(eventId);
    await world.untilAcked();
    const after = slack.say({ user: ada, channel: general, text: `<@${botId}> and now?` });
    await world.untilSays(general, after.ts, 'Re: Ada: and now?');
    expect(world.replies(general, ts)).toHaveLength(1);
    expect(world.asked).toHaveLength(2);
  },
);
