/** Conversations survive the loss of the server that holds them. */
import { afterEach, describe, test } from '@jest/globals';
import { answeredOnce, heldQuestion, mention, redelivered, untilRefused } from '../e2e/questions.js';
import { World } from '../e2e/world.js';
import { startCluster } from '../support/redis-cluster.js';
import type { RedisPlace } from '../support/redis-place.js';
import { startSentinels } from '../support/redis-sentinels.js';
import type { RedisServer } from '../support/redis-server.js';
import { until } from '../support/until.js';

const QUESTION = 'what is a skein?';
const ANSWER = 'An answer of several words, which takes a moment to be written, and is there once. '.repeat(6).trim();

let place: RedisPlace;
let world: World;
afterEach(async () => {
  await world.stop();
  await place.stop();
});

async function startWorld(): Promise<void> {
  // Without the first question in the prompt of the second, which the model would take for the first.
  const env = { ...place.env, CHANNEL_CONTEXT_MESSAGES: '0' };
  world = await World.start({ transport: 'http', redisUrl: place.env.REDIS_URL, env });
  world.echo();
}
const untilLogged = (text: string): Promise<void> =>
  until(() => world.logs.some((line) => line.includes(text)), `a log line with "${text}"`, 30_000);

/** A question before the outage is answered after it; one during the outage is redelivered and answered. */
async function askAroundOutage(fail: (ts: string) => Promise<void>, recover: () => Promise<unknown>): Promise<void> {
  const { ts, release } = await heldQuestion(world, QUESTION, ANSWER);
  await world.untilAcked();
  await fail(ts);
  const during = mention(world, 'are you there?');
  await untilRefused(world, during);
  release();
  await recover();
  await untilLogged('reconnected to Redis');
  await redelivered(world);
  await answeredOnce(world, ts, QUESTION, ANSWER);
  await answeredOnce(world, during, 'are you there?', 'Re: Ada: are you there?');
}

describe('a master with Sentinels', () => {
  test.each([
    ['dies', 'kill', false],
    ['dies, over TLS and with passwords', 'kill', true],
    ['hangs, with its connections open', 'pause', false],
  ] as const)('%s: the bot continues with the new master', async (_, how, secure) => {
    const sentinels = await startSentinels(secure);
    place = sentinels;
    await startWorld();
    const old = await sentinels.master();
    await askAroundOutage(
      async () => {
        await sentinels.replicated();
        await old[how]();
      },
      () => until(async () => (await sentinels.master()) !== old, 'another master', 30_000),
    );
    old.resume();
  });

  test('hands over to the replica in a planned failover: nobody notices', async () => {
    const sentinels = await startSentinels();
    place = sentinels;
    await startWorld();
    const { ts, release } = await heldQuestion(world, QUESTION, ANSWER);
    const old = await sentinels.master();
    await sentinels.failover();
    await until(async () => (await sentinels.master()) !== old, 'another master', 30_000);
    release();
    await answeredOnce(world, ts, QUESTION, ANSWER);
    const after = mention(world, 'are you there?');
    await redelivered(world);
    await answeredOnce(world, after, 'are you there?', 'Re: Ada: are you there?');
  });
});

describe('a node of a cluster', () => {
  test.each([
    ['the queue', () => '{skein}', false],
    ['the conversation', (ts: string) => `{${world.slack.team.id}:${world.general}:${ts}}`, false],
    ['the queue, over TLS and with passwords', () => '{skein}', true],
  ] as const)('that holds %s dies and comes back with the data from disk', async (_, key, secure) => {
    const cluster = await startCluster({ secure });
    place = cluster;
    await startWorld();
    let holder: RedisServer | undefined;
    await askAroundOutage(
      async (ts) => {
        holder = await cluster.holding(key(ts));
        await holder.kill();
        await cluster.untilMissed(holder);
      },
      async () => holder?.start(),
    );
  });

  test('that holds the queue dies, and its replica takes over', async () => {
    const cluster = await startCluster({ replicated: true });
    place = cluster;
    await startWorld();
    const { ts, release } = await heldQuestion(world, QUESTION, ANSWER);
    await world.untilAcked();
    await cluster.untilReplicated();
    await (await cluster.holding('{skein}')).kill();
    // Whether it is stored or refused depends on how fast the failover is.
    const during = mention(world, 'are you there?');
    release();
    await untilLogged('reconnected to Redis');
    await redelivered(world);
    await answeredOnce(world, ts, QUESTION, ANSWER);
    await answeredOnce(world, during, 'are you there?', 'Re: Ada: are you there?');
  });
});
