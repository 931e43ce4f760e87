import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createBot } from '../../src/bot.js';
import { RecordingLogger } from '../support/doubles.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
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

describe.each(['socket', 'http'] as const)('over %s', (transport) => {
  test('an event that cannot be stored gets no ack, and is answered when Redis is back', async () => {
    world = await World.start({ transport, redisUrl: redis.url });
    world.echo();
    const { slack, ada, general, botId } = world;
    const before = slack.say({ user: ada, channel: general, text: `<@${botId}> before` });
    await world.untilSays(general, before.ts, 'Re: Ada: before');
    await world.untilAcked();

    await redis.kill();
    const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> are you there?` });
    await slack.until(() => slack.deliveries.filter(({ state }) => state === 'scheduled').length === 2);
    expect(world.replies(general, ts)).toEqual([]);

    await redis.start();
    await until(() => world.logs.some((line) => line.includes('reconnected to Redis')), 'Redis to be noticed');
    // Slack would retry in a minute; the test does it now.
    slack.redeliverLast();
    await expect(world.untilSays(general, ts, 'Re: Ada: are you there?')).resolves.toHaveLength(1);
  });
});

test('a second process continues the conversation of the first', async () => {
  world = await World.start({ transport: 'socket', redisUrl: redis.url });
  world.echo();
  const { slack, ada, general, botId } = world;
  const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> one` });
  await world.untilSays(general, ts, 'Re: Ada: one');
  await world.startBot();
  await world.stopBot(0);
  slack.say({ user: ada, channel: general, threadTs: ts, text: 'two' });
  await world.untilSays(general, ts, 'Re: Ada: two');
  expect(world.lastPrompt).toEqual(['user: Ada: one', 'assistant: Re: Ada: one', 'user: Ada: two']);
});

test('no message is lost when sockets are dropped or refreshed', async () => {
  world = await World.start({ transport: 'socket', redisUrl: redis.url });
  world.echo();
  await world.startBot();
  const { slack, ada, general, botId } = world;
  await slack.until(() => slack.socketCount === 2);
  slack.refreshSockets();
  const first = slack.say({ user: ada, channel: general, text: `<@${botId}> refreshed` });
  await world.untilSays(general, first.ts, 'Re: Ada: refreshed');
  await slack.until(() => slack.socketCount === 2, 20_000);
  slack.dropSockets();
  const second = slack.say({ user: ada, channel: general, text: `<@${botId}> dropped` });
  await world.untilSays(general, second.ts, 'Re: Ada: dropped');
  expect(world.replies(general)).toHaveLength(2);
}, 60_000);

test('a bot that is told to stop while it starts opens no socket', async () => {
  world = await World.start({ transport: 'socket' });
  const { slack } = world;
  const checks = (): number => slack.calls.filter(({ method }) => method === 'auth.test').length;
  const before = checks();
  slack.faults.next('auth.test', { delayMs: 300 });
  const bot = createBot(world.config, { logger: new RecordingLogger(), storage: 'memory' });
  const starting = bot.start();
  // Looked at only after the bot has stopped.
  starting.catch(() => {});
  await until(() => checks() > before, 'the bot to ask Slack who it is');
  await bot.stop();
  await expect(starting).rejects.toThrow('stopped during startup');
  expect(slack.calls.filter(({ method }) => method === 'apps.connections.open')).toHaveLength(1);
});
