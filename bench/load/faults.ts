/** A tenth of all calls fails, of Slack and of the model, in one of the ways in which they do. */
import { SeededRandom } from '../../chaos/random.js';
import type { Simulator } from '../../src/simulator/index.js';
import type { Figure } from '../goal.js';
import { paced } from '../paced.js';
import { type Scene, scaled, withCrowd } from './scene.js';

const QUESTIONS = 500;
const PER_SECOND = 25;
const SHARE = 0.1;
const ANSWER = { words: 40, wordMs: 20 };
const TIMEOUT_MS = 3 * 60_000;
const METHODS = ['chat.postMessage', 'chat.update'];
/** Each as often as the others. `afterEffect`: it has happened, and the bot cannot know. */
const SLACK_FAULTS = [
  { status: 429, retryAfter: 1 },
  { status: 500 },
  { error: 'internal_error' },
  { drop: true },
  { drop: true, afterEffect: true },
] as const;
const MODEL_FAULTS = ['refused', 'cut'] as const;

export const faults: Scene = {
  name: 'faults',
  title: `${QUESTIONS} questions at ${PER_SECOND} a second, ${100 * SHARE} % of the calls of Slack and of the model fail`,
  measure(scale) {
    const chances = new SeededRandom(1);
    const fault = (): (typeof MODEL_FAULTS)[number] | undefined =>
      chances.chance(SHARE) ? chances.pick(MODEL_FAULTS) : undefined;
    const questions = scaled(QUESTIONS, scale);
    return withCrowd(
      { transport: 'http', bots: 1, env: { CONCURRENCY: '500' } },
      { ...ANSWER, places: 50, fault },
      async ({ slack, model }, crowd): Promise<Figure[]> => {
        plan(slack, chances);
        const [asked, start] = [model.requests, performance.now()];
        await paced(PER_SECOND, questions, () => void crowd.ask());
        const lastAskedMs = performance.now() - start;
        await crowd.allDone(TIMEOUT_MS);
        const lastMs = performance.now() - start - lastAskedMs;
        return [
          { what: 'Not answered, or not once', value: crowd.wrong, unit: '', digits: 0, atMost: 0 },
          { what: 'From the last question to the last answer', value: lastMs / 1_000, unit: 's' },
          {
            what: 'Requests to the model per answer',
            value: (model.requests - asked) / questions,
            unit: '',
            digits: 2,
          },
        ];
      },
    );
  },
};

function plan(slack: Simulator, chances: SeededRandom): void {
  for (const method of METHODS)
    for (const [at, fault] of SLACK_FAULTS.entries()) {
      // Each is asked only where those before it have not happened.
      const share = SHARE / SLACK_FAULTS.length / (1 - (at * SHARE) / SLACK_FAULTS.length);
      slack.faults.next(method, { ...fault, times: Infinity, when: () => chances.chance(share) });
    }
}
