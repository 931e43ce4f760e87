/**
 * npm run bench: the figures of the README, measured on this machine. The bot is the built program in a process of its
 * own, over HTTP, with a redis-server of its own; Slack and the model are played by this process.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { CommandCount } from './commands.js';
import { summary } from './figures.js';
import { inFlight } from './in-flight.js';
import { recoveries } from './recovery.js';
import { now, Stage } from './stage.js';

const WARM_UP = 50;
const QUESTIONS = 300;
/** Long enough for the bot to have nothing left to do of the question before. */
const QUIET_MS = 40;
const COMMAND_QUESTIONS = 50;
const LOAD_SECONDS = 20;
/** A workspace of many people: most of what is said is not for the bot. A mention is two events, a reply one and more. */
const MENTIONS_PER_SECOND = 20;
const REMARKS_PER_SECOND = 140;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const stage = await Stage.set({ transport: 'http', bots: 1 });
const { redis, redisServer, slack, model, ada, general } = stage;
const [bot] = stage.bots;
if (!bot) throw new Error('no bot');

try {
  const thread = stage.mention('hello');
  await slack.until(() => stage.isAnswered(thread));

  say(`event received → model asked, by the bot's own clock, one question at a time (${QUESTIONS})`);
  const latencies: number[] = [];
  for (let count = 0; count < WARM_UP + QUESTIONS; count += 1) {
    await wait(QUIET_MS);
    const saidAt = now();
    const question = stage.mention(`question ${count}`);
    await slack.until(() => stage.isAnswered(question));
    const { received, asked } = await bot.notes();
    const first = received.find((at) => at >= saidAt) ?? Number.NaN;
    if (count >= WARM_UP) latencies.push((asked.at(-1) ?? Number.NaN) - first);
  }
  say(`  ${summary(latencies)}`);

  say('Redis scripts for an event before its ack, of a message that wakes nobody');
  await wait(1_000);
  const before = await scriptCalls();
  slack.say({ user: ada, channel: general, threadTs: thread, text: '<@U0SOMEBODY> this one is for you' });
  await slack.until(() => slack.deliveries.at(-1)?.state === 'acked');
  say(`  ${(await scriptCalls()) - before}`);

  say(`Redis commands that the bot sends for a question in a new thread and its answer (${COMMAND_QUESTIONS})`);
  const commands = await CommandCount.watch(redisServer.url);
  for (let count = 0; count < COMMAND_QUESTIONS; count += 1) {
    const question = stage.mention(`counted ${count}`);
    await slack.until(() => stage.isAnswered(question));
    await wait(QUIET_MS);
  }
  const sent = [...commands.stop()]
    .map(([name, times]) => [name, times / COMMAND_QUESTIONS] as const)
    .filter(([, each]) => each >= 0.1);
  say(
    `  ${sent.reduce((sum, [, each]) => sum + each, 0).toFixed(1)}: ${sent.map(([name, each]) => `${each.toFixed(1)} ${name}`).join(', ')}`,
  );

  const total = (MENTIONS_PER_SECOND * 2 + REMARKS_PER_SECOND) * LOAD_SECONDS;
  say(
    `acks under load: ${total / LOAD_SECONDS} events a second for ${LOAD_SECONDS} s and the bot's own posts coming back, ${MENTIONS_PER_SECOND} questions a second among them`,
  );
  const heapBefore = await bot.heapBytes();
  const acks = await acksDuring(async () => {
    const asked = model.asked;
    await paced(MENTIONS_PER_SECOND + REMARKS_PER_SECOND, LOAD_SECONDS, (count) => {
      const isMention = count % ((MENTIONS_PER_SECOND + REMARKS_PER_SECOND) / MENTIONS_PER_SECOND) === 0;
      if (isMention) stage.mention(`load ${count}`);
      // Half of the talk is in a thread where the bot listens, the other half in none of its threads.
      else
        slack.say({
          user: ada,
          channel: general,
          text: `<@U0SOMEBODY> talk ${count}`,
          ...(count % 2 === 0 && { threadTs: thread }),
        });
    });
    await slack.until(() => model.asked - asked >= MENTIONS_PER_SECOND * LOAD_SECONDS, 60_000);
    await slack.until(() => slack.deliveries.every(({ state }) => state === 'acked'), 60_000);
  });
  say(`  ${summary(acks)}`);
  const kept = (await bot.heapBytes()) - heapBefore;
  say(`heap kept by each of these answers: ${(kept / 1_000 / (MENTIONS_PER_SECOND * LOAD_SECONDS)).toFixed(1)} kB`);

  const reads = slack.calls.filter(({ method }) => method.startsWith('conversations.'));
  say(`conversations.* calls for ${model.asked} answers: ${reads.length}`);
} finally {
  await stage.clear();
}

const { most, bytesEach, acks: acksMeanwhile } = await inFlight();
say(
  `replies held in flight by one process: ${most}, ${(bytesEach / 1_000).toFixed(0)} kB of memory each; acks meanwhile`,
);
say(`  ${summary(acksMeanwhile)}`);

say('from a kill -9 in the middle of a reply until another process asks the model for the rest');
say(`  ${summary(await recoveries())}`);

/** Milliseconds from each event's sending to its ack, of all events of that time. */
async function acksDuring(load: () => Promise<void>): Promise<number[]> {
  const sentAt = new Map<string, number>();
  const took: number[] = [];
  const unsubscribe = slack.onChange(({ kind, id }) => {
    if (kind !== 'delivery') return;
    const sent = sentAt.get(id);
    if (sent === undefined) sentAt.set(id, performance.now());
    else if (slack.deliveries.findLast(({ eventId }) => eventId === id)?.state === 'acked')
      took.push(performance.now() - sent);
  });
  await load();
  unsubscribe();
  return took;
}

async function paced(perSecond: number, seconds: number, act: (count: number) => void): Promise<void> {
  const start = performance.now();
  for (let done = 0; done < perSecond * seconds;) {
    const due = Math.min(perSecond * seconds, Math.floor(((performance.now() - start) / 1_000) * perSecond));
    while (done < due) act((done += 1));
    await wait(1);
  }
}

async function scriptCalls(): Promise<number> {
  const calls = /cmdstat_evalsha:calls=(\d+)/.exec(await redis.info('commandstats'));
  return Number(calls?.[1] ?? 0);
}
