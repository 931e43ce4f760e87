/**
 * npm run chaos:poison
 * One question kills every process that asks the model for it (or that loads it, with --at load), and somebody kills
 * processes from outside all the while.
 * The other conversations must be answered, none of them may be blamed, and the people in the poisoned one must be told
 * once, and get an answer to what they asked after it. With --sabotage the bot blames every conversation that was in three
 * processes that died, and the run passes only if the check finds that.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { countOrExit, flagsOrExit } from '../scripts/command-line.js';
import { POISONED } from '../src/messages/english.js';
import { startSimulator } from '../src/simulator/index.js';
import { Fleet } from './bots/fleet.js';
import type { BotMessage } from './checker/evidence.js';
import { parseReplies } from './checker/replies.js';
import { FaultyModel } from './environment/model.js';
import { FaultyRedis } from './environment/redis.js';
import { placeOf } from './environment/workload.js';
import { SeededRandom } from './random.js';

const PROCESSES = 3;
const HEALTHY = 50;
/** The bot posts about once a second in a channel. */
const CHANNELS = 10;
const WORD = 'hemlock';
const BLAMES_ALL_AFTER = 3;
const KILL_EVERY_MS: [number, number] = [2_500, 4_500];
const DOWN_MS: [number, number] = [200, 1_000];
/** An answer takes 12 of these, half as long on average. */
const CHUNK_DELAY_MS = 400;
const ASK_MS: [number, number] = [0, 200];
const POISON_AFTER = 10;
const TIMEOUT_MS = 240_000;
/** Without kills, for what must not come any more. */
const QUIET_MS = 12_000;
const POLL_MS = 500;
const CONNECT_TIMEOUT_MS = 60_000;
const DEFAULT_SEED = '1';

const USAGE = `Usage: npm run chaos:poison -- [flags]

One question kills every process that works on it. Checks that ${HEALTHY} other conversations are answered, and that
none of them is given up as the cause. Takes about two minutes, and needs a redis-server.

  --seed N      repeats a run's kills and messages (default ${DEFAULT_SEED})
  --at load     it kills every process that loads its conversation, not only those that ask the model
  --sabotage    the bot blames every conversation of a process that died, which the check must find
  --help        this text`;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const flags = flagsOrExit(USAGE, {
  seed: { type: 'string' },
  at: { type: 'string' },
  sabotage: { type: 'boolean' },
});
const sabotage = flags.has('sabotage');
const seed = countOrExit(USAGE, 'seed', flags.get('seed') ?? DEFAULT_SEED);
const started = Date.now();
const say = (line: string): void =>
  void process.stdout.write(`${((Date.now() - started) / 1_000).toFixed(1).padStart(7)} s  ${line}\n`);

interface Question {
  readonly token: string;
  readonly channel: string;
  readonly thread: string;
}

const folder = mkdtempSync(join(tmpdir(), 'skein-poison-'));
say(`seed ${seed}, logs in ${folder}`);
const chances = new SeededRandom(seed);
const redis = await FaultyRedis.start();
const slack = await startSimulator({ seed });
const model = new FaultyModel(new SeededRandom(seed + 1), CHUNK_DELAY_MS);
model.faulty = false;
const env = {
  SLACK_BOT_TOKEN: slack.botToken,
  SLACK_APP_TOKEN: slack.appToken,
  SLACK_API_URL: slack.apiUrl,
  OPENAI_BASE_URL: await model.start(),
  USER_MESSAGES_PER_MINUTE: '0',
  // Otherwise other conversations read the poisoned question too.
  CHANNEL_CONTEXT_MESSAGES: '0',
  REDIS_URL: redis.url,
};
const poison = {
  word: WORD,
  at: flags.get('at') === 'load' ? ('load' as const) : ('model' as const),
  ...(sabotage && { blamesAllAfter: BLAMES_ALL_AFTER }),
};
const fleet = new Fleet(PROCESSES, { env, folder, say, poison });
const ada = slack.addUser({ name: 'ada', displayName: 'Ada' }).id;
const channels = Array.from(
  { length: CHANNELS },
  (_, at) => slack.addChannel({ name: `channel-${at}`, members: [ada, slack.bot.userId] }).id,
);
await fleet.start();
await slack.until(() => slack.socketCount === PROCESSES, CONNECT_TIMEOUT_MS);

let asked = 0;
function ask(channel: string, thread?: string, more = ''): Question {
  asked += 1;
  const token = `q-${asked}`;
  const text = `<@${slack.bot.userId}> ${token} ${more}`;
  const { ts } = slack.say({ user: ada, channel, text, ...(thread !== undefined && { threadTs: thread }) });
  return { token, channel, thread: thread ?? ts };
}

let isOver = false;
async function killUntilOver(): Promise<number> {
  for (let kills = 0; ; kills += 1) {
    await wait(chances.between(...KILL_EVERY_MS));
    if (isOver) return kills;
    const victim = chances.integer(0, PROCESSES - 1);
    say(`kill process ${victim}`);
    void fleet.process(victim).restart('SIGKILL', chances.between(...DOWN_MS));
  }
}

const healthy: Question[] = [];
let deadly: Question | undefined;
const later: Question[] = [];

function botMessages({ channel, thread }: Question): BotMessage[] {
  const place = placeOf({ channel, thread });
  return slack
    .messages(channel, thread)
    .filter(({ user }) => user === slack.bot.userId)
    .map(({ ts, markdown, text, streaming }) => ({ place, ts, text: markdown ?? text, live: streaming === 'live' }));
}

/** What is wrong as things stand. `isFinal`: it does not get better by waiting. */
function findings(): { text: string; isFinal: boolean }[] {
  const found: { text: string; isFinal: boolean }[] = [];
  const add = (text: string, isFinal = false): void => void found.push({ text, isFinal });
  const answersTo = ({ token, ...question }: Question): number => {
    const replies = [...parseReplies(botMessages({ token, ...question }), () => {}).values()].flat();
    return replies.filter(({ tokens }) => tokens.includes(token)).length;
  };
  for (const question of healthy) {
    const [answers, messages] = [answersTo(question), botMessages(question)];
    if (messages.some(({ text }) => text === POISONED)) add(`${question.token} is blamed, and innocent`, true);
    else if (answers !== 1) add(`${question.token} has ${answers} answers`, answers > 1);
    if (messages.some(({ live }) => live)) add(`a reply to ${question.token} is never finished`);
  }
  if (!deadly) return found;
  const sentences = botMessages(deadly).filter(({ text }) => text === POISONED).length;
  if (sentences !== 1) add(`the poisoned question has ${sentences} sentences`, sentences > 1);
  for (const question of later) if (answersTo(question) === 0) add(`${question.token}, asked after it, has no answer`);
  return found;
}

const killing = killUntilOver();
for (let n = 0; n < HEALTHY; n += 1) {
  if (n === POISON_AFTER) deadly = ask(channels[0] ?? '', undefined, WORD);
  const channel = channels[n % CHANNELS] ?? '';
  healthy.push(ask(channel));
  if (deadly && (n === HEALTHY / 2 || n === HEALTHY - 1)) later.push(ask(deadly.channel, deadly.thread));
  await wait(chances.between(...ASK_MS));
}
say(`${asked} questions asked`);
let toldAt: number | undefined;
for (const endsAt = Date.now() + TIMEOUT_MS; Date.now() < endsAt; await wait(POLL_MS)) {
  // Slack itself would retry only after one or five minutes.
  for (const { eventId } of slack.deliveries.filter(({ state }) => state === 'scheduled' || state === 'lost'))
    slack.redeliver(eventId);
  const now = findings();
  if (toldAt === undefined && deadly && botMessages(deadly).some(({ text }) => text === POISONED)) {
    toldAt = Date.now();
    say('the people in the poisoned conversation are told');
  }
  if (now.length === 0 || now.some(({ isFinal }) => isFinal)) break;
}
isOver = true;
const kills = await killing;
say('no more kills');
if (!findings().some(({ isFinal }) => isFinal)) await wait(QUIET_MS);
const found = findings();
await fleet.stop();
await slack.stop();
model.stop();
await redis.stop();
for (const { text } of found) say(text);
say(
  `${HEALTHY} conversations beside a poisoned one, ${kills} kills from outside, ${fleet.exits.length} exits: ${found.length} findings (seed ${seed})`,
);
const isCaught = found.some(({ text }) => text.includes('is blamed'));
if (sabotage) say(isCaught ? 'sabotage: caught' : 'sabotage: NOT CAUGHT');
process.exit((sabotage ? isCaught : found.length === 0) ? 0 : 1);
