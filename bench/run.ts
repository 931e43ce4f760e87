/**
 * Part of npm run bench: measures the figures of docs/benchmarks.md on this machine. The built bot runs in a child process, over HTTP, with
 * a redis-server; this process simulates Slack and the model.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { CommandCounter } from './command-counter.js';
import { figureLine } from './goal.js';
import { measureInFlight } from './in-flight.js';
import { measureLongLife } from './long-life.js';
import { paced } from './paced.js';
import { percentile, summary } from './percentiles.js';
import { measureRecovery } from './recovery.js';
import { now, TestBed } from './test-bed.js';

const WARM_UP = 50;
const QUESTIONS = 300;
/** Long enough for the bot to finish all work on the question before. */
const IDLE_MS = 40;
const COMMAND_QUESTIONS = 50;
const LOAD_SECONDS = 20;
/** A busy workspace: most messages are not for the bot. A mention is two events; a reply causes one or more. */
const MENTIONS_PER_SECOND = 20;
const OTHER_MESSAGES_PER_SECOND = 140;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const testBed = await TestBed.start({ transport: 'http', bots: 1 });
const { redis, redisServer, slack, model, ada, general } = testBed;
const [bot] = testBed.bots;
if (!bot) throw new Error('the test bed has started no bot');

try {
  const thread = testBed.mention('hello');
  await slack.until(() => testBed.isAnswered(thread));

  say(`event received → request sent to the model, by the bot's own clock, one question at a time (${QUESTIONS})`);
  const latencies: number[] = [];
  for (let count = 0; count < WARM_UP + QUESTIONS; count += 1) {
    await wait(IDLE_MS);
    const sentAt = now();
    const question = testBed.mention(`question ${count}`);
    await slack.until(() => testBed.isAnswered(question));
    const { received, modelRequests } = await bot.timestamps();
    const first = received.find((at) => at >= sentAt) ?? Number.NaN;
    if (count >= WARM_UP) latencies.push((modelRequests.at(-1) ?? Number.NaN) - first);
  }
  say(`  ${summary(latencies)}`);

  say('Redis scripts run before the ack of a message that needs no reply');
  await wait(1_000);
  const before = await scriptCalls();
  slack.say({ user: ada, channel: general, threadTs: thread, text: '<@U0SOMEBODY> this one is for you' });
  await slack.until(() => slack.deliveries.at(-1)?.state === 'acked');
  say(`  ${(await scriptCalls()) - before}`);

  say(`Redis commands sent by the bot per question in a new thread, its answer included (${COMMAND_QUESTIONS})`);
  const commands = await CommandCounter.start(redisServer.url);
  for (let count = 0; count < COMMAND_QUESTIONS; count += 1) {
    const question = testBed.mention(`counted ${count}`);
    await slack.until(() => testBed.isAnswered(question));
    await wait(IDLE_MS);
  }
  const sent = [...commands.stop()]
    .map(([name, times]) => [name, times / COMMAND_QUESTIONS] as const)
    .filter(([, perQuestion]) => perQuestion >= 0.1);
  say(
    `  ${sent.reduce((sum, [, times]) => sum + times, 0).toFixed(1)}: ${sent.map(([name, times]) => `${times.toFixed(1)} ${name}`).join(', ')}`,
  );

  const total = (MENTIONS_PER_SECOND * 2 + OTHER_MESSAGES_PER_SECOND) * LOAD_SECONDS;
  say(
    `acks under load: ${total / LOAD_SECONDS} events per second for ${LOAD_SECONDS} s, ${MENTIONS_PER_SECOND} questions per second among them, plus the events of the bot's own posts`,
  );
  const perSecond = MENTIONS_PER_SECOND + OTHER_MESSAGES_PER_SECOND;
  const heapBefore = await bot.heapBytes();
  const ackMs = await ackTimesDuring(async () => {
    const requestsBefore = model.requests;
    await paced(perSecond, perSecond * LOAD_SECONDS, (count) => {
      const isMention = count % (perSecond / MENTIONS_PER_SECOND) === 0;
      if (isMention) testBed.mention(`load ${count}`);
      // Half of the other messages are in a thread of the bot, half are not.
      else
        slack.say({
          user: ada,
          channel: general,
          text: `<@U0SOMEBODY> talk ${count}`,
          ...(count % 2 === 0 && { threadTs: thread }),
        });
    });
    await slack.until(() => model.requests - requestsBefore >= MENTIONS_PER_SECOND * LOAD_SECONDS, 60_000);
    await slack.until(() => slack.deliveries.every(({ state }) => state === 'acked'), 60_000);
  });
  say(`  ${summary(ackMs)}`);
  say(figureLine({ what: 'ack, p99', value: percentile(ackMs, 0.99), unit: 'ms', atMost: 50 }));
  const retained = (await bot.heapBytes()) - heapBefore;
  say(`heap retained per answer: ${(retained / 1_000 / (MENTIONS_PER_SECOND * LOAD_SECONDS)).toFixed(1)} kB`);

  const reads = slack.calls.filter(({ method }) => method.startsWith('conversations.'));
  say(`conversations.* calls for ${model.requests} answers: ${reads.length}`);
} finally {
  await testBed.stop();
}

const inFlight = await measureInFlight();
say(
  `replies in flight in one process: ${inFlight.replies}, ${(inFlight.bytesPerReply / 1_000).toFixed(0)} kB of memory each; acks meanwhile`,
);
say(`  ${summary(inFlight.ackMs)}`);

say('from a kill -9 in the middle of a reply until another process asks the model again');
const recovery = await measureRecovery();
say(`  ${summary(recovery.once)}`);
say('the same where that process is killed at once too, from the first kill');
say(`  ${summary(recovery.twice)}`);

for (const { turns, loadMs } of await measureLongLife([100, 10_000])) {
  say(`loading a DM of ${turns} messages`);
  say(`  ${summary(loadMs)}`);
}

/** Milliseconds from sending to ack of every event delivered during `load`. */
async function ackTimesDuring(load: () => Promise<void>): Promise<number[]> {
  const sentAt = new Map<string, number>();
  const ackTimes: number[] = [];
  const unsubscribe = slack.onChange(({ kind, id }) => {
    if (kind !== 'delivery') return;
    const sent = sentAt.get(id);
    if (sent === undefined) sentAt.set(id, performance.now());
    else if (slack.deliveries.findLast(({ eventId }) => eventId === id)?.state === 'acked')
      ackTimes.push(performance.now() - sent);
  });
  await load();
  unsubscribe();
  return ackTimes;
}

async function scriptCalls(): Promise<number> {
  const calls = /cmdstat_evalsha:calls=(\d+)/.exec(await redis.info('commandstats'));
  return Number(calls?.[1] ?? 0);
}
