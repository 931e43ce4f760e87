import { setTimeout as wait } from 'node:timers/promises';
import { percentile } from '../percentiles.js';
import type { Bot } from './bots.js';
import type { Stage } from './stage.js';
import type { Answers } from './workspace.js';

export const WARM_UP = 20;
const WARM_UP_PER_SECOND = 10;
export const MENTIONS = 150;
export const PER_SECOND = 30;
export const IDLE_MS = 5_000;
const SETTLE_TIMEOUT_MS = 30_000;
/** After the last answer: what a bot still does belongs to it. */
const AFTERMATH_MS = 1_500;

/** What one bot cost in one round. */
export interface Figures {
  readonly modelP50Ms: number;
  readonly modelP99Ms: number;
  readonly cpuPerReplyMs: number;
  readonly startCpuMs: number;
  readonly idleMiB: number;
  readonly peakMiB: number;
  readonly slackCallsPerReply: number;
  readonly conversationsCalls: number;
  /** Calls of the Web API, by method. */
  readonly calls: Readonly<Record<string, number>>;
  readonly answers: Answers;
}

/** Starts the bot, lets it rest, warms it up by as many replies and puts it under load. */
export function measure(stage: Stage, bot: Bot, warmUp = WARM_UP): Promise<Figures> {
  return stage.perform(bot, [], async (child, workspace) => {
    const startCpuMs = child.cpuMs;
    await wait(IDLE_MS);
    const idleMiB = child.memoryMiB;
    const perSecond = warmUp > WARM_UP ? PER_SECOND : WARM_UP_PER_SECOND;
    await workspace.settle(await workspace.ask(warmUp, perSecond), SETTLE_TIMEOUT_MS);
    await wait(AFTERMATH_MS);

    const { slack } = workspace;
    const callsBefore = slack.calls.length;
    const cpuBefore = child.cpuMs;
    const questions = await workspace.ask(MENTIONS, PER_SECOND);
    await workspace.settle(questions, SETTLE_TIMEOUT_MS);
    await wait(AFTERMATH_MS);
    const cpuPerReplyMs = (child.cpuMs - cpuBefore) / MENTIONS;

    const latencies = questions.flatMap(({ number, sentAt }) => {
      const askedAt = stage.askedAt.get(number);
      return askedAt === undefined ? [] : askedAt - sentAt;
    });
    const calls: Record<string, number> = {};
    for (const { method } of slack.calls.slice(callsBefore)) calls[method] = (calls[method] ?? 0) + 1;
    const callCount = slack.calls.length - callsBefore;
    return {
      modelP50Ms: percentile(latencies, 0.5),
      modelP99Ms: percentile(latencies, 0.99),
      cpuPerReplyMs,
      startCpuMs,
      idleMiB,
      peakMiB: child.peakMemoryMiB,
      slackCallsPerReply: callCount / MENTIONS,
      conversationsCalls: Object.entries(calls).reduce(
        (sum, [method, count]) => sum + (method.startsWith('conversations.') ? count : 0),
        0,
      ),
      calls,
      answers: workspace.answers(questions),
    };
  });
}
