/**
 * npm run chaos -- [--minutes 3] [--seed N] [--processes 3] [--rate 5]
 * Several processes of the built bot, a Redis that writes to disk, a simulated Slack and a faulty model; kills and faults
 * from a schedule that the seed decides. Then everything is left alone until it is quiet, and the checker looks.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startSimulator } from '../src/simulator/index.js';
import { startRedis } from '../test/support/redis-server.js';
import { type Verdict, verdictOn } from './checker.js';
import { evidenceOf } from './evidence.js';
import { Fleet } from './fleet.js';
import { FaultyModel } from './model.js';
import { Chances } from './random.js';
import { Schedule } from './schedule.js';
import { Workload } from './workload.js';

const MS_PER_MINUTE = 60_000;
/** What is left to do is done in this time, or never. */
const QUIET_WITHIN_MS = 150_000;
const LOOK_EVERY_MS = 1_000;
const MOST_FINDINGS_SHOWN = 30;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '3' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    processes: { type: 'string', default: '3' },
    rate: { type: 'string', default: '5' },
  },
});
const [minutes, seed, processes, rate] = [values.minutes, values.seed, values.processes, values.rate].map(Number) as [number, number, number, number];
if (![minutes, seed, processes, rate].every((number) => Number.isFinite(number) && number > 0)) throw new RangeError('--minutes, --seed, --processes and --rate are numbers above 0');

const began = Date.now();
const say = (line: string): void => void process.stdout.write(`${((Date.now() - began) / 1_000).toFixed(1).padStart(7)} s  ${line}\n`);

const folder = mkdtempSync(join(tmpdir(), 'skein-chaos-'));
say(`seed ${seed}, ${minutes} min, ${processes} processes, ${rate} messages a second; logs in ${folder}`);
const redis = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always']);
const slack = await startSimulator({ seed });
const model = new FaultyModel(new Chances(seed + 1));
const fleet = new Fleet(
  processes,
  {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    OPENAI_BASE_URL: await model.start(),
    OPENAI_IDLE_TIMEOUT_MS: '2000',
    OPENAI_TIMEOUT_MS: '20000',
    REDIS_URL: redis.url,
    THREAD_REPLIES: 'mention',
    SHUTDOWN_TIMEOUT_MS: '1000',
    // A handful of people write as much as a crowd.
    USER_MESSAGES_PER_MINUTE: '0',
  },
  folder,
);
const schedule = new Schedule({ fleet, slack, redis, chances: new Chances(seed), say });
const workload = new Workload(slack, new Chances(seed + 2), () => model.faulty);
const verdict = (): Verdict => verdictOn(evidenceOf(slack, workload, model));

fleet.startAll();
await slack.until(() => slack.socketCount === processes, MS_PER_MINUTE);
const failing = schedule.run();
const pauses = new Chances(seed + 3);
while (Date.now() - began < minutes * MS_PER_MINUTE) {
  workload.act();
  await wait(pauses.between(0, 2_000 / rate));
}

schedule.stop();
await failing;
model.faulty = false;
slack.faults.clear();
fleet.startAll();
say(`${workload.asked} questions, ${schedule.count} faults; from here on nothing fails`);
const quietBy = Date.now() + QUIET_WITHIN_MS;
while (Date.now() < quietBy && (verdict().findings.length > 0 || slack.deliveries.some(({ state }) => state !== 'acked'))) {
  // Slack would wait a minute, or five.
  for (const { eventId } of slack.deliveries.filter(({ state }) => state === 'scheduled' || state === 'lost')) slack.redeliver(eventId);
  await wait(LOOK_EVERY_MS);
}

const { findings, answered, apologies } = verdict();
await fleet.stop();
await slack.stop();
model.stop();
await redis.stop();
for (const { kind, detail } of findings.slice(0, MOST_FINDINGS_SHOWN)) say(`${kind.toUpperCase()}: ${detail}`);
if (findings.length > MOST_FINDINGS_SHOWN) say(`and ${findings.length - MOST_FINDINGS_SHOWN} more`);
say(`${workload.asked} questions: ${answered} answered, ${apologies} apologised for; ${schedule.count} faults; ${findings.length} findings (seed ${seed})`);
process.exit(findings.length > 0 ? 1 : 0);
