/**
 * npm run chaos -- [--minutes 3] [--seed N] [--processes 3] [--rate 5] [--sabotage NAME]
 * Several processes of the built bot, a Redis that writes to disk, a simulated Slack and a faulty model; kills and faults
 * from a schedule that the seed decides. Then everything is left alone until it is quiet, and the checker looks.
 * With --sabotage the bot is made faulty itself, and it is the checker that is looked at.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startSimulator } from '../src/simulator/index.js';
import type { Evidence } from './checker/evidence.js';
import type { Finding, Verdict } from './checker/findings.js';
import { evidenceOf } from './evidence/collect.js';
import { playFaults } from './faults/inject.js';
import { Fleet } from './bots/fleet.js';
import { FaultyModel } from './environment/model.js';
import { readOptions } from './options.js';
import { whenQuiet } from './evidence/wait-until-idle.js';
import { Chances } from './random.js';
import { FaultyRedis } from './environment/redis.js';
import { reportOn, reportOnSabotage } from './report.js';
import { scheduleOf } from './faults/schedule.js';
import { Workload } from './environment/workload.js';

const MS_PER_MINUTE = 60_000;
const CONNECTED_WITHIN_MS = 60_000;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const { minutes, seed, processes, rate, sabotage } = readOptions(process.argv.slice(2));
const forMs = minutes * MS_PER_MINUTE;
const started = Date.now();
const say = (line: string): void =>
  void process.stdout.write(`${((Date.now() - started) / 1_000).toFixed(1).padStart(7)} s  ${line}\n`);

const folder = mkdtempSync(join(tmpdir(), 'skein-chaos-'));
say(
  `seed ${seed}, ${minutes} min, ${processes} processes, ${rate} messages a second${sabotage ? `, sabotage ${sabotage}` : ''}; logs in ${folder}`,
);
const redis = await FaultyRedis.start();
const slack = await startSimulator({ seed });
const model = new FaultyModel(new Chances(seed + 1));
const env = {
  SLACK_BOT_TOKEN: slack.botToken,
  SLACK_APP_TOKEN: slack.appToken,
  SLACK_API_URL: slack.apiUrl,
  OPENAI_BASE_URL: await model.start(),
  OPENAI_IDLE_TIMEOUT_MS: '2000',
  OPENAI_TIMEOUT_MS: '20000',
  // What a limit holds back is no fault.
  USER_MESSAGES_PER_MINUTE: '0',
  // The checker looks for what was said word by word.
  VERBATIM_TOKENS: '1000000',
  REDIS_URL: redis.url,
  THREAD_REPLIES: 'mention',
  SHUTDOWN_TIMEOUT_MS: '1000',
};
const fleet = new Fleet(processes, { env, folder, say, ...(sabotage && { sabotage }) });
const workload = new Workload(slack, new Chances(seed + 2), () => model.faulty);
const evidence = (): Evidence => evidenceOf(slack, workload, model, fleet);
const verdict = (known: readonly Finding[] = []): Promise<Verdict> =>
  whenQuiet({ slack, model, evidence, say, patience: sabotage ? 'short' : 'long' }, known);

await fleet.start();
await slack.until(() => slack.socketCount === processes, CONNECTED_WITHIN_MS);
const steps = scheduleOf(new Chances(seed), forMs, processes);
const failing = playFaults(steps, { fleet, slack, redis, say });
const pauses = new Chances(seed + 3);
for (const endsAt = Date.now() + forMs; Date.now() < endsAt; await wait(pauses.between(0, 2_000 / rate)))
  workload.act();
await failing;
model.faulty = false;
say(`${workload.asked} questions, ${steps.length} faults; from here on nothing fails`);
const before = await verdict();
const isEnough = sabotage !== undefined && reportOnSabotage(sabotage, before.findings, seed).passes;
if (!isEnough) workload.callTheRoll();
say(`${before.findings.length} findings; once more in every conversation: ${workload.asked} questions`);
const after = isEnough ? before : await verdict(before.findings);
// A question that was forgotten is in view again when somebody asks the next one.
const findings = [
  ...new Map(
    [...before.findings, ...after.findings].map((finding): [string, Finding] => [
      `${finding.kind} ${finding.detail}`,
      finding,
    ]),
  ).values(),
];
const seen = evidence();
await fleet.stop();
await slack.stop();
model.stop();
await redis.stop();
const report = sabotage
  ? reportOnSabotage(sabotage, findings, seed)
  : reportOn({ ...after, findings }, { seed, asked: workload.asked, faults: steps.length });
if (findings.length > 0) writeFileSync(join(folder, 'evidence.json'), JSON.stringify(seen));
for (const line of report.lines) say(line);
process.exit(report.passes ? 0 : 1);
