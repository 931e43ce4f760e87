import type { Redis } from 'ioredis';
import * as z from 'zod';
import { idOf } from '../core/conversation-id.js';
import type { Feedback, FeedbackStore } from '../core/ports.js';
import { mastersOf, type RedisClient } from './client.js';
import { feedbackPattern, keysOf } from './keys.js';

const SECONDS_PER_DAY = 86_400;
const KEYS_AT_ONCE = 1_000;

const stored = z.object({
  conversation: z.string(),
  reply: z.string(),
  person: z.string(),
  rating: z.enum(['positive', 'negative']),
  at: z.number(),
  reason: z.string().exactOptional(),
  shared: z.object({ question: z.string(), answer: z.string() }).exactOptional(),
  told: z.string().exactOptional(),
});

export function redisFeedback(redis: RedisClient, ttlDays: number, prefix?: string): FeedbackStore {
  const ttl = Math.ceil(ttlDays * SECONDS_PER_DAY);

  async function allOn(master: Redis): Promise<Feedback[]> {
    const found: Feedback[] = [];
    const scan = master.scanStream({ match: feedbackPattern(prefix), count: KEYS_AT_ONCE }) as AsyncIterable<string[]>;
    for await (const names of scan) {
      for (const name of names) found.push(...Object.values(await redis.hgetall(name)).flatMap(decode));
    }
    return found;
  }

  async function all(): Promise<Feedback[]> {
    const found: Feedback[] = [];
    for (const master of mastersOf(redis)) found.push(...(await allOn(master)));
    return found.toSorted((a, b) => a.at - b.at);
  }

  async function keep(feedback: Feedback): Promise<void> {
    const { conversation, reply, person } = feedback;
    const { feedback: key } = keysOf(conversation, prefix);
    await redis.hset(key, `${reply} ${person}`, JSON.stringify(feedback));
    await redis.expire(key, ttl);
  }

  return {
    keep,
    async of(conversation, reply, person) {
      const bytes = await redis.hget(keysOf(conversation, prefix).feedback, `${reply} ${person}`);
      return bytes === null ? undefined : decode(bytes)[0];
    },
    all,
    async forget(conversation) {
      await redis.del(keysOf(conversation, prefix).feedback);
    },
    async forgetPerson(team, person, conversations) {
      for (const { shared, ...feedback } of await all()) {
        const { conversation, reply } = feedback;
        if (idOf(conversation).team === team && feedback.person === person)
          await redis.hdel(keysOf(conversation, prefix).feedback, `${reply} ${person}`);
        else if (shared && conversations.includes(conversation)) await keep(feedback);
      }
    },
  };
}

/** Empty for what this version cannot read. */
function decode(bytes: string): Feedback[] {
  try {
    return [stored.parse(JSON.parse(bytes))];
  } catch {
    return [];
  }
}
