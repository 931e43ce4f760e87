/** A question that was stored and whose wake-up was lost: answered when a process looks for such questions. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { keyOf } from '../../src/core/conversation-id.js';
import { systemClock } from '../../src/ops/clock.js';
import { connectRedis } from '../../src/redis/connection.js';
import { keysOf, sweepKey } from '../../src/redis/keys.js';
import { redisStore } from '../../src/redis/store.js';
import { silent, TTL_DAYS } from '../contract/backends.js';
import { Closers } from '../simulator/support.js';
import { redisConfig } from '../support/redis-place.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { textOf, World } from './world.js';

/** Longer than a question has to wait before it counts as forgotten. */
const LATER_MS = 15 * 60_000;
const later = { ...systemClock, now: () => systemClock.now() + LATER_MS };

let server: RedisServer;
let world: World;
beforeAll(async () => {
  server = await startRedis();
});
const closers = new Closers();
afterEach(async () => {
  await closers.closeAll();
  await world.stop();
});
afterAll(() => server.stop());

test('a question whose wake-up went with the queue is answered once', async () => {
  world = await World.start({ transport: 'socket', redisUrl: server.url, clock: later });
  world.echo();
  const { slack, ada, general } = world;
  await world.stopBot(0);
  const { ts } = slack.say({ user: ada, channel: general, text: 'what is a skein?' });
  const conversation = { team: slack.team.id, channel: general, thread: ts };
  const connections = connectRedis(redisConfig(server), silent);
  closers.add(async () => connections.close());
  const store = redisStore(connections.commands, TTL_DAYS);
  await store.append({ conversation, ts, author: ada, text: 'what is a skein?', addressed: 'bot' }, 'yes');
  const redis = new Redis(server.url);
  closers.add(async () => redis.disconnect());
  await redis.del(sweepKey(), ...(await redis.keys('{skein}:*')));
  await world.startBot();
  await world.untilSays(general, ts, 'Re: Ada: what is a skein?');
  await until(
    async () => (await redis.exists(keysOf(keyOf(conversation)).pending)) === 0,
    'the question to be settled',
  );
  expect(world.replies(general, ts).map(textOf)).toEqual(['Re: Ada: what is a skein?']);
});
