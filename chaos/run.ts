/**
 * npm run chaos -- [--minutes 3] [--seed N] [--processes 3] [--shards 1] [--rate 5] [--deep] [--sabotage NAME]
 * Runs several processes of the built bot with a durable Redis, a simulated Slack and a faulty model, and injects
 * faults from a schedule made from the seed. Then waits without faults until the bot is idle, and checks the result.
 * With --sabotage the bot has a built-in bug, and the run passes only if the checker finds it.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startSimulator } from '../src/simulator/index.js';
import { Fleet } from './bots/fleet.js';
import type { Evidence } from './checker/evidence.js';
import type { Finding, Verdict } from './checker/findings.js';
import { Commands } from './environment/commands.js';
import { Invitations } from './environment/invitations.js';
import { FaultyModel } from './environment/model.js';
import { Presses } from './environment/presses.js';
import { ApiProxy } from './environment/proxy.js';
import { FaultyRedis } from './environment/redis.js';
import { Workload } from './environment/workload.js';
import { collectEvidence } from './evidence/collect.js';
import { sendAgain, verdictWhenIdle } from './evidence/wait-until-idle.js';
import { injectFaults } from './faults/inject.js';
import { redisFaultsIn, scheduleFrom } from './faults/schedule.js';
import { type Options, readOptions, USAGE } from './options.js';
import { SeededRandom } from './random.js';
import { reportOn, reportOnSabotage } from './report.js';

const MS_PER_MINUTE = 60_000;
const RESEND_MS = 30_000;
const CONNECT_TIMEOUT_MS = 60_000;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const { minutes, seed, processes, shards, rate, deep, sabotage } = optionsOrExit();
const durationMs = minutes * MS_PER_MINUTE;
const started = Date.now();
const say = (line: string): void =>
  void process.stdout.write(`${((Date.now() - started) / 1_000).toFixed(1).padStart(7)} s  ${line}\n`);

const folder = mkdtempSync(join(tmpdir(), 'skein-chaos-'));
say(
  `seed ${seed}, ${minutes} min, ${processes} processes, ${rate} actions per second${sabotage ? `, sabotage ${sabotage}` : ''}; logs in ${folder}`,
);
const redis = await FaultyRedis.start();
const slack = await startSimulator({ seed, filesOrigin: () => new URL(env.SLACK_API_URL).origin });
const proxy = new ApiProxy(slack.apiUrl);
/** Told of what people do not like. */
const quality = slack.addChannel({ name: 'quality', members: [slack.bot.userId] }).id;
const model = new FaultyModel(new SeededRandom(seed + 1));
const env = {
  SLACK_BOT_TOKEN: slack.botToken,
  SLACK_APP_TOKEN: slack.appToken,
  SLACK_API_URL: await proxy.start(),
  OPENAI_BASE_URL: await model.start(),
  OPENAI_TRANSCRIPTION_MODEL: 'listener',
  IMAGE_MODEL: 'painter',
  OPENAI_IDLE_TIMEOUT_MS: '2000',
  OPENAI_TIMEOUT_MS: '20000',
  // A rate limit would delay answers without a fault.
  USER_MESSAGES_PER_MINUTE: '0',
  // Many summaries: the model's contain every message and reply.
  VERBATIM_TOKENS: '1000',
  REDIS_URL: redis.url,
  THREAD_REPLIES: 'mention',
  FEEDBACK_CHANNEL: quality,
  SHUTDOWN_TIMEOUT_MS: '1000',
  QUEUE_SHARDS: String(shards),
};
const fleet = new Fleet(processes, { env, folder, say, ...(sabotage && { sabotage }) });
const workload = new Workload(slack, new SeededRandom(seed + 2), () => model.faulty, deep);
const commands = new Commands(slack, new SeededRandom(seed + 4));
const presses = new Presses(slack, new SeededRandom(seed + 6));
const invitations = new Invitations(slack, new SeededRandom(seed + 7));
let redisFaults: Evidence['redisFaults'] = [];
const evidence = (): Evidence =>
  collectEvidence(
    slack,
    workload,
    model,
    { commands, presses, invitations },
    { fleet, redisFaults, keyLosses: redis.keyLosses },
  );
const verdict = (known: readonly Finding[] = []): Promise<Verdict> =>
  verdictWhenIdle({ slack, model, evidence, say, timeout: sabotage ? 'short' : 'long' }, known);

await fleet.start();
await slack.until(() => slack.socketCount === processes, CONNECT_TIMEOUT_MS);
const chances = { faults: new SeededRandom(seed), surroundings: new SeededRandom(seed + 5) };
const steps = scheduleFrom(chances, durationMs, processes);
redisFaults = redisFaultsIn(steps, Date.now());
const injecting = injectFaults(steps, { fleet, slack, redis, model, proxy, say });
const pressing = presses.pressUntil(Date.now() + durationMs);
const inviting = invitations.inviteUntil(Date.now() + durationMs);
// Slack gives up six minutes after an event. Sent much later, it would find that its deletion is forgotten.
const resending = setInterval(() => sendAgain(slack, ['lost']), RESEND_MS);
const typing = commands.typeUntil(Date.now() + durationMs, () => model.faulty);
const pauses = new SeededRandom(seed + 3);
for (const endsAt = Date.now() + durationMs; Date.now() < endsAt; await wait(pauses.between(0, 2_000 / rate)))
  workload.act();
await Promise.all([injecting, typing, pressing, inviting]);
clearInterval(resending);
model.faulty = false;
say(
  `${workload.asked} questions, ${commands.typed.length} commands and ${model.summaries.length} summaries, ${steps.length} faults injected; no more faults from here on`,
);
const before = await verdict();
const isCaught = sabotage !== undefined && reportOnSabotage(sabotage, before.findings, seed).passes;
if (!isCaught) await commands.lookAtSettings();
if (!isCaught) workload.askEverywhere();
say(`${before.findings.length} findings; asked again in every conversation: ${workload.asked} questions in all`);
const after = isCaught ? before : await verdict(before.findings);
// The next question in a conversation can hide the loss of an earlier one: findings from before it count too.
const findings = [
  ...new Map(
    [...before.findings, ...after.findings].map((finding): [string, Finding] => [
      `${finding.kind} ${finding.detail}`,
      finding,
    ]),
  ).values(),
];
const finalEvidence = evidence();
await fleet.stop();
await slack.stop();
proxy.stop();
model.stop();
await redis.stop();
const report = sabotage
  ? reportOnSabotage(sabotage, findings, seed)
  : reportOn({ ...after, findings }, { seed, asked: workload.asked, faults: steps.length });
if (findings.length > 0) writeFileSync(join(folder, 'evidence.json'), JSON.stringify(finalEvidence));
for (const line of report.lines) say(line);
process.exit(report.passes ? 0 : 1);

/** Ends the process when the command line asks for help, or is wrong. */
function optionsOrExit(): Options {
  const end = (text: string, code: number): never => {
    process.stdout.write(`${text}\n`);
    return process.exit(code);
  };
  try {
    const options = readOptions(process.argv.slice(2));
    return options.help ? end(USAGE, 0) : options;
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    return end(`${error.message}\n\n${USAGE}`, 1);
  }
}
