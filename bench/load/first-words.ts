/** How soon people see that an answer is coming, and how many calls of Slack's API a short one takes. */
import type { Figure } from '../goal.js';
import { paced } from '../paced.js';
import { percentile } from '../percentiles.js';
import { firstWordsMs } from './lag.js';
import { type Scene, scaled, withCrowd } from './scene.js';

const QUESTIONS = 200;
const PER_SECOND = 10;
/** A fifth of a second: shorter than any interval between two updates. */
const SHORT = { words: 10, wordMs: 20 };
const TIMEOUT_MS = 60_000;

export const firstWords: Scene = {
  name: 'first-words',
  title: `The model's first words → people see them, at ${PER_SECOND} answers a second of ${SHORT.words} words in 0.2 s`,
  async measure(scale) {
    return [...(await measureIn('channels', false, scale)), ...(await measureIn('DMs', true, scale))];
  },
};

async function measureIn(place: string, direct: boolean, scale: number): Promise<Figure[]> {
  const count = scaled(QUESTIONS, scale);
  return withCrowd({ transport: 'http', bots: 1 }, { ...SHORT, places: 30, direct }, async ({ slack }, crowd) => {
    const before = slack.calls.length;
    await paced(PER_SECOND, count, () => void crowd.ask());
    if (!(await crowd.allDone(TIMEOUT_MS))) throw new Error('not all questions were answered');
    const waits = [...crowd.courses.values()].slice(1).flatMap((course) => firstWordsMs(course) ?? []);
    const messages = slack.calls.slice(before).filter(({ method }) => method.startsWith('chat.')).length;
    return [
      { what: `${place}, p50`, value: percentile(waits, 0.5), unit: 'ms', atMost: 50 },
      { what: `${place}, p99`, value: percentile(waits, 0.99), unit: 'ms' },
      { what: `${place}, messaging calls per answer`, value: messages / count, unit: '', digits: 2, atMost: 2 },
    ];
  });
}
