/** What a second process, and a fourth, are good for, where answers wait for the model. */
import type { Figure } from '../goal.js';
import { type Scene, scaled, withCrowd } from './scene.js';

const PROCESSES = [1, 2, 4];
const QUESTIONS = 400;
/** Few at once in each process: they wait for the model, and not for the machine. */
const CONCURRENCY = 10;
const ANSWER = { words: 40, wordMs: 30 };
const TIMEOUT_MS = 5 * 60_000;
/** A process more must be worth at least this share of the first. */
const LEAST_GAIN = 0.8;

export const processes: Scene = {
  name: 'processes',
  title: `${QUESTIONS} questions at once, answers of ${ANSWER.words} words at ${ANSWER.wordMs} ms a word, ${CONCURRENCY} at a time in each process`,
  async measure(scale) {
    const questions = scaled(QUESTIONS, scale);
    const figures: Figure[] = [];
    let alone = Number.NaN;
    for (const bots of PROCESSES) {
      const seconds = await secondsToLast(bots, questions);
      if (bots === 1) alone = seconds;
      const atMost = alone / (1 + (bots - 1) * LEAST_GAIN);
      figures.push({ what: `${bots} ${bots === 1 ? 'process' : 'processes'}`, value: seconds, unit: 's', atMost });
    }
    return figures;
  },
};

function secondsToLast(bots: number, questions: number): Promise<number> {
  return withCrowd(
    { transport: 'socket', bots, env: { CONCURRENCY: String(CONCURRENCY) } },
    { ...ANSWER, places: 100 },
    async (_, crowd) => {
      const start = performance.now();
      for (let asked = 0; asked < questions; asked += 1) crowd.ask();
      if (!(await crowd.allDone(TIMEOUT_MS)) || crowd.wrong > 0)
        throw new Error('not all questions were answered once');
      return (performance.now() - start) / 1_000;
    },
  );
}
