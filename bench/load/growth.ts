/** What a turn costs before the model is asked, in a young conversation and in one of a thousand turns. */
import { setTimeout as wait } from 'node:timers/promises';
import type { BotProcess } from '../bot-process.js';
import { CommandCounter } from '../command-counter.js';
import type { Figure } from '../goal.js';
import { percentile } from '../percentiles.js';
import { now, type TestBed } from '../test-bed.js';
import type { Crowd, Question } from './crowd.js';
import { type Scene, scaled, withCrowd } from './scene.js';

/** Turns: a question and its answer each. */
const MOST_TURNS = 1_000;
const SAMPLES = 20;
/** MONITOR, by which commands are counted, would count as bytes. */
const COUNTED = 5;
const SHAPES = [
  { name: 'ordinary messages', questionWords: 25, words: 120 },
  { name: 'short messages', questionWords: 0, words: 8 },
];
/** Turn 1,000 costs at most so many times what turn 10 costs. */
const MOST_GROWTH = 2;
const TIMEOUT_MS = 30_000;
/** Until the bot has finished all work on the question before. */
const IDLE_MS = 30;

export const growth: Scene = {
  name: 'growth',
  title: `Event → model in one DM thread, at turns 1, 10, 100 and ${MOST_TURNS}`,
  async measure(scale) {
    const figures: Figure[] = [];
    for (const { name, ...lengths } of SHAPES) {
      const courses = await withCrowd(
        { transport: 'http', bots: 1 },
        { ...lengths, wordMs: 0, firstMs: 0, places: 1, direct: true },
        (testBed, crowd) => new Life(testBed, crowd).measure(scaled(MOST_TURNS, scale)),
      );
      figures.push(...courses.flatMap((cost) => figuresOf(name, cost)), ...growthOf(name, courses));
    }
    return figures;
  },
};

interface Cost {
  readonly turn: number;
  /** Medians. */
  readonly modelMs: number;
  readonly cpuMs: number;
  readonly redisBytes: number;
  readonly commands: number;
}

class Life {
  private readonly bot: BotProcess;
  private lastSentAt = 0;

  constructor(
    private readonly testBed: TestBed,
    private readonly crowd: Crowd,
  ) {
    this.bot = testBed.bots[0] as BotProcess;
  }

  async measure(most: number): Promise<Cost[]> {
    // The first answers of a process are slow.
    for (let asked = 0; asked < 2 * SAMPLES; asked += 1) await this.take();
    const first = await this.cost(1, () => this.take());
    let question = await this.take();
    let turn = 1;
    const next = async (): Promise<void> => {
      question = await this.take(question);
      turn += 1;
    };
    const costs = [first];
    for (const about of [10, 100, most]) {
      for (let left = Math.round(about - SAMPLES / 2) - turn; left > 0; left -= 1) await next();
      costs.push(await this.cost(about, next));
    }
    return costs;
  }

  private async take(earlier?: Question): Promise<Question> {
    await wait(IDLE_MS);
    this.lastSentAt = now();
    const question = this.crowd.ask(earlier);
    if (!(await this.crowd.allDone(TIMEOUT_MS))) throw new Error('a question was not answered');
    return question;
  }

  private async cost(turn: number, take: () => Promise<unknown>): Promise<Cost> {
    const { redisServer } = this.testBed;
    const [bytes, { cpuMs }] = [await this.redisBytes(), await this.bot.usage()];
    const waits: number[] = [];
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      await take();
      const { received, modelRequests } = await this.bot.timestamps();
      const at = received.find((one) => one >= this.lastSentAt) ?? Number.NaN;
      waits.push((modelRequests.find((one) => one >= at) ?? Number.NaN) - at);
    }
    const after = await this.bot.usage();
    const redisBytes = ((await this.redisBytes()) - bytes) / SAMPLES;
    const counter = await CommandCounter.start(redisServer.url);
    for (let sample = 0; sample < COUNTED; sample += 1) await take();
    const commands = [...counter.stop().values()].reduce((sum, times) => sum + times, 0) / COUNTED;
    return { turn, modelMs: percentile(waits, 0.5), cpuMs: (after.cpuMs - cpuMs) / SAMPLES, redisBytes, commands };
  }

  /** Sent and received. */
  private async redisBytes(): Promise<number> {
    const info = await this.testBed.redis.info('stats');
    return Array.from(info.matchAll(/^total_net_(?:in|out)put_bytes:(\d+)/gm)).reduce(
      (sum, [, bytes]) => sum + Number(bytes),
      0,
    );
  }
}

function figuresOf(name: string, { turn, modelMs, cpuMs, redisBytes, commands }: Cost): Figure[] {
  const what = `${name}, turn ${turn.toLocaleString('en')}`;
  return [
    { what: `${what}: event → model, p50`, value: modelMs, unit: 'ms' },
    { what: `${what}: CPU, the answer included`, value: cpuMs, unit: 'ms' },
    { what: `${what}: bytes to and from Redis, the answer included`, value: redisBytes / 1_000, unit: 'kB' },
    { what: `${what}: Redis commands`, value: commands, unit: '' },
  ];
}

function growthOf(name: string, costs: readonly Cost[]): Figure[] {
  const [, ten, , thousand] = costs;
  if (!ten || !thousand) return [];
  const [value, atMost] = [thousand.modelMs / ten.modelMs, MOST_GROWTH];
  return [{ what: `${name}: the last turn's time to turn 10's`, value, unit: '×', digits: 2, atMost }];
}
