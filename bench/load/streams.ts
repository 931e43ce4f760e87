/** Many replies streaming at once in one process: how far behind the model is what people see? */
import type { BotProcess } from '../bot-process.js';
import type { Figure } from '../goal.js';
import { paced } from '../paced.js';
import { percentile } from '../percentiles.js';
import { firstWordsMs, lags } from './lag.js';
import { type Scene, scaled, withCrowd } from './scene.js';

const REPLIES = 1_000;
const STARTS_PER_SECOND = 100;
/** 30 s, so that all stream at once for 20 s. A tenth of a second a word: people read at half that speed. */
const ANSWER = { words: 300, wordMs: 100 };
/** Between two edits of an unfinished text: `EDIT_INTERVAL_MS` in `slack/outbound/reply-pace.ts`. */
const PACE_MS = 1_200;
const MOST_PACES = 1.5;
const TIMEOUT_MS = 3 * 60_000;

export const streams: Scene = {
  name: 'streams',
  title: `${REPLIES} replies streaming at once in one process, ${ANSWER.words} words at ${ANSWER.wordMs} ms a word; Slack's limits raised`,
  measure(scale) {
    const replies = scaled(REPLIES, scale);
    return withCrowd(
      {
        transport: 'http',
        bots: 1,
        // Slack allows an app 50 edits a minute: with that, most people see first words and whole answers only.
        env: { CONCURRENCY: String(2 * REPLIES), SLACK_UPDATES_PER_MINUTE: '100000' },
      },
      { ...ANSWER, places: 100 },
      async ({ slack, model, bots }, crowd): Promise<Figure[]> => {
        const [bot] = bots as [BotProcess];
        const [before, callsBefore] = [await bot.usage(), slack.calls.length];
        model.mostOpen = 0;
        await paced(STARTS_PER_SECOND, replies, () => void crowd.ask());
        const isDone = await crowd.allDone(TIMEOUT_MS);
        const after = await bot.usage();
        const courses = [...crowd.courses.values()].slice(1);
        const behind = courses.flatMap(lags);
        const waits = courses.flatMap((course) => firstWordsMs(course) ?? []);
        return [
          { what: 'Streaming at the same time, at most', value: model.mostOpen, unit: '', digits: 0 },
          { what: 'Behind the model, p50', value: percentile(behind, 0.5) / PACE_MS, unit: 'paces', digits: 2 },
          {
            what: 'Behind the model, p99',
            value: percentile(behind, 0.99) / PACE_MS,
            unit: 'paces',
            digits: 2,
            atMost: MOST_PACES,
          },
          { what: 'First words, p50', value: percentile(waits, 0.5), unit: 'ms' },
          { what: 'First words, p99', value: percentile(waits, 0.99), unit: 'ms' },
          { what: 'Event loop late, p50', value: after.loopDelayMs.p50, unit: 'ms' },
          { what: 'Event loop late, p99', value: after.loopDelayMs.p99, unit: 'ms' },
          { what: 'CPU per reply', value: (after.cpuMs - before.cpuMs) / replies, unit: 'ms' },
          { what: 'Memory at most', value: after.peakBytes / 2 ** 20, unit: 'MiB', digits: 0 },
          { what: 'Slack calls per reply', value: (slack.calls.length - callsBefore) / replies, unit: '' },
          {
            what: 'Answers that are not whole, or are there twice',
            value: isDone ? crowd.wrong : Infinity,
            unit: '',
            digits: 0,
            atMost: 0,
          },
        ];
      },
    );
  },
};
