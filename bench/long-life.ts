/** How long a conversation takes to load, young and after years. */
import { Redis } from 'ioredis';
import type { Conversation } from '../src/core/conversation.js';
import { DEFAULT_SYSTEM_PROMPT } from '../src/prompt/prompt.js';
import { nextSegment, summaryPrompt, thresholdsFor, toCompaction } from '../src/prompt/summary.js';
import { redisStore } from '../src/redis/store.js';
import { startRedis } from '../test/support/redis-server.js';

const PROMPT_TOKENS = 272_000;
const THRESHOLDS = thresholdsFor(PROMPT_TOKENS, 24_000);
const LOADS = 100;
const ID = { team: 'T1', channel: 'D1', thread: 'dm' };
const KEY = 'T1:D1:dm';
const SUMMARY = 'Ada asked about yarn, needles and the weather. '.repeat(40);

interface Life {
  readonly turns: number;
  readonly loadMs: number[];
}

/** Milliseconds of loads of a DM that has had so many turns, summaries made as the bot makes them. */
export async function measureLongLife(lengths: readonly number[]): Promise<Life[]> {
  const server = await startRedis();
  const redis = new Redis(server.url);
  const store = redisStore(redis, 30);
  const lives: Life[] = [];
  try {
    for (let turn = 0; turn < Math.max(...lengths); turn += 2) {
      const [question, answer] = [turn, turn + 1].map((at) =>
        `17664580${String(10_000_000 + at)}`.replace(/(.{6})$/, '.$1'),
      );
      if (question === undefined || answer === undefined) continue;
      const text = `Question ${turn}: how much yarn does a pair of socks take, and which needles? `.repeat(4);
      await store.append({ conversation: ID, ts: question, author: 'U1', text, addressed: 'bot' }, 'yes');
      const reply = { role: 'assistant' as const, ts: answer, text, after: question };
      await store.settle(KEY, [question], [reply]);
      await summarize((await store.load(KEY)) as Conversation);
      if (lengths.includes(turn + 2))
        lives.push({ turns: turn + 2, loadMs: await times(LOADS, () => store.load(KEY)) });
    }
    return lives;
  } finally {
    redis.disconnect();
    await server.stop();
  }

  async function summarize(conversation: Conversation): Promise<void> {
    const wanted = nextSegment(conversation, THRESHOLDS, false);
    if (!wanted) return;
    const input = { conversation, names: new Map(), shared: false, system: DEFAULT_SYSTEM_PROMPT };
    const { next } = summaryPrompt({ ...input, budgetTokens: PROMPT_TOKENS }, wanted, 300);
    await store.compact(KEY, toCompaction(next, SUMMARY, conversation, false), conversation.changes ?? 0);
    await summarize((await store.load(KEY)) as Conversation);
  }
}

async function times(count: number, act: () => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const start = performance.now();
    await act();
    taken.push(performance.now() - start);
  }
  return taken;
}
