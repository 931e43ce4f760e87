import { setTimeout as wait } from 'node:timers/promises';
import { until } from '../test/support/until.js';
import type { BotProcess } from './bot-process.js';
import { now, TestBed } from './test-bed.js';

const ROUNDS = 20;
const ROUNDS_OF_TWO = 10;
const BOTS = 3;
/** Longer than any recovery: the reply is never finished before the kill. */
const REPLY_MS = 60_000;
/** Kills come at any time of the second between two renewals of a lease. */
const LEASE_RENEWED_MS = 1_000;

export interface Recovery {
  /** Milliseconds from each kill of a process in the middle of a reply until another process asks the model again. */
  readonly once: number[];
  /** The same where that process is killed at once too: from the first kill until the third process asks. */
  readonly twice: number[];
}

export async function measureRecovery(): Promise<Recovery> {
  const testBed = await TestBed.start({
    transport: 'socket',
    bots: BOTS,
    env: { OPENAI_IDLE_TIMEOUT_MS: String(2 * REPLY_MS) },
  });
  const { slack, model } = testBed;

  /** The process that has asked the model last, and when. */
  async function lastToAsk(): Promise<{ bot: BotProcess; at: number }> {
    const asked = await Promise.all(
      testBed.bots.map(async (bot) => ({ bot, at: (await bot.timestamps()).modelRequests.at(-1) ?? 0 })),
    );
    return asked.reduce((last, one) => (one.at > last.at ? one : last));
  }

  async function recoveryAfter(kills: number): Promise<number> {
    model.pauseMs = REPLY_MS;
    const thread = testBed.mention('a question');
    await slack.until(() => testBed.isAnswered(thread));
    await wait(Math.random() * LEASE_RENEWED_MS);
    let firstKillAt: number | undefined;
    for (let left = kills; left > 0; left -= 1) {
      const { bot } = await lastToAsk();
      if (left === 1) model.pauseMs = 0;
      const requests = model.requests;
      await bot.kill();
      firstKillAt ??= now();
      testBed.bots = testBed.bots.filter((other) => other !== bot);
      await until(() => model.requests > requests, 'another request to the model', REPLY_MS);
    }
    const recoveryMs = (await lastToAsk()).at - (firstKillAt ?? Number.NaN);
    await until(() => model.open === 0, 'the end of the answer', REPLY_MS);
    for (let left = kills; left > 0; left -= 1) testBed.bots.push(await testBed.startBot());
    return recoveryMs;
  }

  const recovery: Recovery = { once: [], twice: [] };
  try {
    for (let round = 0; round < ROUNDS; round += 1) recovery.once.push(await recoveryAfter(1));
    for (let round = 0; round < ROUNDS_OF_TWO; round += 1) recovery.twice.push(await recoveryAfter(2));
    return recovery;
  } finally {
    await testBed.stop();
  }
}
