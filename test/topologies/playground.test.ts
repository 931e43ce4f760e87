import { afterEach, expect, test } from '@jest/globals';
import { mastersOf, redisClient } from '../../src/redis/client.js';
import { type OpenPlayground, playgroundForTests } from '../playground/support.js';
import { startCluster } from '../support/redis-cluster.js';
import { redisConfig, type RedisPlace } from '../support/redis-place.js';

let place: RedisPlace;
let playground: OpenPlayground;
afterEach(async () => {
  await playground.stop();
  await place.stop();
});

test('the playground stores its conversations in the configured cluster, and deletes them when it stops', async () => {
  place = await startCluster();
  const { REDIS_CLUSTER_NODES = '' } = place.env;
  playground = await playgroundForTests({ env: { REDIS_CLUSTER_NODES } });
  expect(playground.storage).toBe('redis');
  const { slack, workspace } = playground;
  const [general = ''] = workspace.channels;
  const { ts } = slack.say({ user: workspace.people[0] ?? '', channel: general, text: `<@${slack.bot.userId}> hello` });
  await slack.until(() =>
    slack
      .messages(general, ts)
      .some(({ user, markdown }) => user === slack.bot.userId && markdown?.includes('demo model')),
  );

  const redis = redisClient(redisConfig(place), { retryStrategy: () => null, maxRetriesPerRequest: 0 });
  await redis.connect();
  const names = async (): Promise<string[]> =>
    (await Promise.all(mastersOf(redis).map((master) => master.keys('*')))).flat();
  expect(await names()).not.toEqual([]);
  await playground.stop();
  expect(await names()).toEqual([]);
  redis.disconnect();
});
