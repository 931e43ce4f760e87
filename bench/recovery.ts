import { until } from '../test/support/until.js';
import { now, TestBed } from './test-bed.js';

const KILLS = 6;
/** Longer than any recovery: the reply is never finished before the kill. */
const REPLY_MS = 60_000;

/**
 * Milliseconds from each kill of a process in the middle of a reply until another process asks the model again to
 * resume it.
 */
export async function measureRecovery(): Promise<number[]> {
  const testBed = await TestBed.start({
    transport: 'socket',
    bots: 2,
    env: { OPENAI_IDLE_TIMEOUT_MS: String(2 * REPLY_MS) },
  });
  const { slack, model } = testBed;
  const requestCounts = (): Promise<number[]> =>
    Promise.all(testBed.bots.map(async (bot) => (await bot.timestamps()).modelRequests.length));
  const recoveryMs: number[] = [];
  try {
    for (let kill = 0; kill < KILLS; kill += 1) {
      model.pauseMs = REPLY_MS;
      const before = await requestCounts();
      const thread = testBed.mention(`question ${kill}`);
      await slack.until(() => testBed.isAnswered(thread));
      model.pauseMs = 0;
      const after = await requestCounts();
      const victim = after.findIndex((count, at) => count > (before[at] ?? 0));
      const [victimBot, other] = [testBed.bots[victim], testBed.bots[1 - victim]];
      if (!victimBot || !other) throw new Error('no bot process has asked the model');
      const requestsBefore = model.requests;
      await victimBot.kill();
      const killedAt = now();
      testBed.bots = [other];
      await until(() => model.requests > requestsBefore, 'a second request to the model', REPLY_MS);
      await until(() => model.open === 0, 'the end of the answer', REPLY_MS);
      recoveryMs.push(((await other.timestamps()).modelRequests.at(-1) ?? Number.NaN) - killedAt);
      testBed.bots.push(await testBed.startBot());
    }
    return recoveryMs;
  } finally {
    await testBed.stop();
  }
}
