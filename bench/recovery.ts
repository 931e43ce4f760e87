import { until } from '../test/support/until.js';
import { now, Stage } from './stage.js';

const KILLS = 6;
/** More than the longest recovery: the reply is never whole before the kill. */
const REPLY_MS = 60_000;

/**
 * How long people wait when a process is killed in the middle of a reply and another one goes on: milliseconds from each
 * kill until the model was asked again.
 */
export async function recoveries(): Promise<number[]> {
  const stage = await Stage.set({
    transport: 'socket',
    bots: 2,
    env: { OPENAI_IDLE_TIMEOUT_MS: String(2 * REPLY_MS) },
  });
  const { slack, model } = stage;
  const asked = (): Promise<number[]> => Promise.all(stage.bots.map(async (bot) => (await bot.notes()).asked.length));
  const took: number[] = [];
  try {
    for (let kill = 0; kill < KILLS; kill += 1) {
      model.pauseMs = REPLY_MS;
      const before = await asked();
      const thread = stage.mention(`question ${kill}`);
      await slack.until(() => stage.isAnswered(thread));
      model.pauseMs = 0;
      const after = await asked();
      const victim = after.findIndex((count, at) => count > (before[at] ?? 0));
      const [dying, other] = [stage.bots[victim], stage.bots[1 - victim]];
      if (!dying || !other) throw new Error('no bot was seen to ask the model');
      const askedBefore = model.asked;
      await dying.kill();
      const killedAt = now();
      stage.bots = [other];
      await until(() => model.asked > askedBefore, 'the question to be asked again', REPLY_MS);
      await until(() => model.open === 0, 'its answer', REPLY_MS);
      took.push(((await other.notes()).asked.at(-1) ?? Number.NaN) - killedAt);
      stage.bots.push(await stage.startBot());
    }
    return took;
  } finally {
    await stage.clear();
  }
}
