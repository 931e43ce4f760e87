/** Many threads of several turns in one process, as fast as it can. */
import { setTimeout as wait } from 'node:timers/promises';
import type { BotProcess } from '../bot-process.js';
import { CommandCounter } from '../command-counter.js';
import type { Figure } from '../goal.js';
import type { TestBed } from '../test-bed.js';
import type { Crowd, Question } from './crowd.js';
import { type Scene, scaled, withCrowd } from './scene.js';

const THREADS = 500;
const TURNS = 4;
const ANSWER = { words: 80, wordMs: 20 };
const TIMEOUT_MS = 10 * 60_000;
const POLL_MS = 20;
/** MONITOR, by which commands are counted, slows Redis down: they are counted apart, in fewer threads. */
const COUNTED_THREADS = 20;
const AFTERMATH_MS = 1_500;

export const throughput: Scene = {
  name: 'throughput',
  title: `${THREADS} threads of ${TURNS} turns each, answers of ${ANSWER.words} words at ${ANSWER.wordMs} ms a word, one process`,
  measure(scale) {
    const threads = scaled(THREADS, scale);
    return withCrowd(
      { transport: 'http', bots: 1, env: { CONCURRENCY: String(THREADS) } },
      { ...ANSWER, places: 50 },
      (testBed, crowd) => measureThreads(threads, testBed, crowd),
    );
  },
};

async function measureThreads(threads: number, testBed: TestBed, crowd: Crowd): Promise<Figure[]> {
  const { redis, redisServer, slack } = testBed;
  const [bot] = testBed.bots as [BotProcess];
  const replies = threads * TURNS;
  const [usedBefore, callsBefore, before] = [await usedMemory(), slack.calls.length, await bot.usage()];
  const start = performance.now();
  await converse(crowd, threads);
  const lastMs = performance.now() - start;
  await wait(AFTERMATH_MS);
  const after = await bot.usage();
  const [used, calls] = [await usedMemory(), slack.calls.length];
  const wrong = crowd.wrong;

  const counter = await CommandCounter.start(redisServer.url);
  await converse(crowd, COUNTED_THREADS);
  await wait(AFTERMATH_MS);
  const commands = [...counter.stop().values()].reduce((sum, times) => sum + times, 0);
  return [
    { what: 'Time to the last reply', value: lastMs / 1_000, unit: 's' },
    { what: 'CPU per 1,000 replies', value: (after.cpuMs - before.cpuMs) / replies, unit: 's' },
    { what: 'Memory at most', value: after.peakBytes / 2 ** 20, unit: 'MiB', digits: 0 },
    { what: 'Event loop late, p99', value: after.loopDelayMs.p99, unit: 'ms' },
    { what: 'Slack calls per reply', value: (calls - callsBefore) / replies, unit: '', digits: 2 },
    { what: 'Redis commands per reply', value: commands / (COUNTED_THREADS * TURNS), unit: '', digits: 1 },
    { what: 'Redis memory per conversation', value: (used - usedBefore) / threads / 1_000, unit: 'kB' },
    { what: 'Answers that are not whole, or are there twice', value: wrong, unit: '', digits: 0, atMost: 0 },
  ];

  async function usedMemory(): Promise<number> {
    return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]);
  }
}

/** In each thread the next question follows the answer. */
async function converse(crowd: Crowd, threads: number): Promise<void> {
  let open = Array.from({ length: threads }, () => ({ question: crowd.ask(), turn: 1 }));
  const end = performance.now() + TIMEOUT_MS;
  while (open.length > 0) {
    if (performance.now() > end) throw new Error(`${open.length} threads are not answered`);
    await wait(POLL_MS);
    open = open.flatMap(({ question, turn }): { question: Question; turn: number }[] => {
      if (!crowd.isDone(question)) return [{ question, turn }];
      return turn === TURNS ? [] : [{ question: crowd.ask(question), turn: turn + 1 }];
    });
  }
}
