/**
 * npm run bench: the figures of the README, measured on this machine. The bot is the built program in a process of its
 * own, over HTTP, with a redis-server of its own; Slack and the model are played by this process.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { startSimulator } from '../src/simulator/index.js';
import { freePort } from '../test/support/free-port.js';
import { startRedis } from '../test/support/redis-server.js';
import { summary } from './figures.js';
import { ModelServer } from './model-server.js';

const WARM_UP = 50;
const SEQUENTIAL = 500;
const EVENTS_PER_SECOND = 200;
const LOAD_SECONDS = 15;
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const askedAt = new Map<string, number>();
const redisServer = await startRedis();
const redis = new Redis(redisServer.url);
const port = await freePort();
const slack = await startSimulator({ eventsUrl: `http://127.0.0.1:${port}/slack/events`, mentionOrder: 'message-first' });
const ackedAt = new Map<string, number>();
const waiting = new Map<string, () => void>();
const model = new ModelServer((message, at) => {
  askedAt.set(message, at);
  waiting.get(message)?.();
});
const bot = await startBot(await model.start());

const ada = slack.addUser({ name: 'ada', displayName: 'Ada' }).id;
const general = slack.addChannel({ name: 'general', members: [ada, slack.bot.userId] }).id;
const sentAt = new Map<string, number>();
slack.onChange(({ kind, id }) => {
  if (kind !== 'delivery' || ackedAt.has(id)) return;
  const delivery = slack.deliveries.findLast(({ eventId }) => eventId === id);
  if (delivery?.state === 'acked') ackedAt.set(id, performance.now());
  else if (!sentAt.has(id)) sentAt.set(id, performance.now());
});

try {
  const thread = slack.say({ user: ada, channel: general, text: `<@${slack.bot.userId}> hello` }).ts;
  await slack.until(() => slack.messages(general, thread).length > 1);

  say('event received → model asked, one at a time, each in a thread of its own (Redis on this machine)');
  const latencies: number[] = [];
  for (let count = 0; count < WARM_UP + SEQUENTIAL; count += 1) {
    const latency = await timeToModel(`question ${count}`);
    if (count >= WARM_UP) latencies.push(latency);
  }
  say(`  ${summary(latencies)}`);

  say('Redis commands before the ack');
  await redis.config('RESETSTAT');
  slack.deliver({ type: 'message', channel: general, channel_type: 'channel', user: ada, text: 'context', ts: `${Math.floor(Date.now() / 1_000)}.240809`, thread_ts: thread, team: slack.team.id });
  await slack.until(() => slack.deliveries.at(-1)?.state === 'acked');
  say(`  a message that wakes nobody: ${commands(await redis.info('commandstats'))}`);

  say(`acks at ${EVENTS_PER_SECOND} events a second for ${LOAD_SECONDS} s: every mention is two, and a question in a thread of its own`);
  ackedAt.clear();
  sentAt.clear();
  const mentions = (EVENTS_PER_SECOND / 2) * LOAD_SECONDS;
  await paced(mentions, (count) => slack.say({ user: ada, channel: general, text: `<@${slack.bot.userId}> load ${count}` }));
  await slack.until(() => ackedAt.size >= mentions * 2, 60_000);
  say(`  ${summary([...ackedAt].map(([id, at]) => at - (sentAt.get(id) ?? Number.NaN)))}`);
  await slack.until(() => askedAt.has(`Ada: load ${mentions}`), 60_000);

  const reads = slack.calls.filter(({ method }) => method.startsWith('conversations.'));
  say(`conversations.* calls for ${askedAt.size} answers: ${reads.length}`);
} finally {
  bot.kill('SIGTERM');
  await once(bot, 'exit');
  await slack.stop();
  model.stop();
  redis.disconnect();
  await redisServer.stop();
}

async function timeToModel(text: string): Promise<number> {
  const asked = new Promise<void>((resolve) => {
    waiting.set(`Ada: ${text}`, resolve);
  });
  const start = performance.now();
  slack.say({ user: ada, channel: general, text: `<@${slack.bot.userId}> ${text}` });
  await asked;
  return (askedAt.get(`Ada: ${text}`) ?? Number.NaN) - start;
}

async function paced(count: number, act: (count: number) => void): Promise<void> {
  const start = performance.now();
  for (let done = 0; done < count; ) {
    const due = Math.min(count, Math.floor(((performance.now() - start) / 1_000) * (EVENTS_PER_SECOND / 2)));
    while (done < due) act((done += 1));
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

function commands(stats: string): string {
  const lines = [...stats.matchAll(/cmdstat_(\S+?):calls=(\d+)/g)].map(([, name = '', calls = '']) => `${name} ${calls}`);
  return lines.filter((line) => !/^(info|config|hello|client|ping|bzpopmin|xread)/.test(line)).join(', ');
}

async function startBot(modelUrl: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_API_URL: slack.apiUrl,
      PORT: String(port),
      OPENAI_BASE_URL: modelUrl,
      REDIS_URL: redisServer.url,
      LOG_LEVEL: 'info',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes('Skein is running')) resolve();
    });
  });
  return child;
}
