import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Feedback, FeedbackStore } from '../../src/core/ports.js';
import { memoryFeedback } from '../../src/in-memory/feedback.js';
import { connectRedis, type RedisConnections } from '../../src/redis/connection.js';
import { redisFeedback } from '../../src/redis/feedback.js';
import { keysOf } from '../../src/redis/keys.js';
import { empty, redisConfig } from '../support/redis-place.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { silent, TTL_DAYS } from './backends.js';

const KEY = 'T1:C1:1766458000.000001';
const bad: Feedback = { conversation: KEY, reply: '1766458001.000001', person: 'U1', rating: 'negative', at: 2 };

let redis: RedisServer;
let connections: RedisConnections;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(() => {
  connections = connectRedis(redisConfig(redis), silent);
});
afterEach(async () => {
  connections.close();
  await empty(redis);
});

describe.each(['in memory', 'in Redis'])('feedback %s', (kind) => {
  let store: FeedbackStore;
  beforeEach(() => {
    store = kind === 'in memory' ? memoryFeedback() : redisFeedback(connections.commands, TTL_DAYS);
  });

  test('is one for each person and reply, the last', async () => {
    await store.keep(bad);
    await store.keep({ ...bad, reason: 'No.', shared: { question: 'why?', answer: 'so' }, told: '1.1' });
    const other: Feedback = { ...bad, person: 'U2', rating: 'positive', at: 1 };
    const elsewhere: Feedback = { ...bad, conversation: 'T1:C2:1766458000.000001', at: 3 };
    await store.keep(elsewhere);
    await store.keep(other);
    const last = { ...bad, reason: 'No.', shared: { question: 'why?', answer: 'so' }, told: '1.1' };
    expect(await store.all()).toEqual([other, last, elsewhere]);
    expect(await store.of(KEY, bad.reply, 'U1')).toEqual(last);
    expect(await store.of(KEY, bad.reply, 'U3')).toBeUndefined();
  });

  test('is forgotten with its conversation', async () => {
    const elsewhere: Feedback = { ...bad, conversation: 'T1:C2:1766458000.000001' };
    await store.keep(bad);
    await store.keep({ ...bad, person: 'U2' });
    await store.keep(elsewhere);
    await store.forget(KEY);
    expect(await store.all()).toEqual([elsewhere]);
  });

  test('of a person is forgotten, and so are the words that others passed on from their conversations', async () => {
    const shared = { question: 'why?', answer: 'so' };
    const other: Feedback = { ...bad, person: 'U2', reason: 'No.' };
    const elsewhere: Feedback = { ...other, conversation: 'T1:C2:1766458000.000001', shared, at: 3 };
    const inAnother: Feedback = { ...bad, conversation: 'T2:C1:1766458000.000001', at: 4 };
    for (const one of [bad, { ...other, shared }, elsewhere, inAnother]) await store.keep(one);
    await store.keep({ ...bad, conversation: elsewhere.conversation });
    await store.forgetPerson('T1', 'U1', [KEY]);
    expect(await store.all()).toEqual([other, elsewhere, inAnother]);
  });
});

test('in Redis it goes with the conversation, and what cannot be read is left out', async () => {
  const store = redisFeedback(connections.commands, TTL_DAYS);
  await store.keep(bad);
  const { feedback: key } = keysOf(KEY);
  expect(await connections.commands.ttl(key)).toBeGreaterThan((TTL_DAYS - 1) * 86_400);
  await connections.commands.hset(key, 'of a later version', '{"rating":"mixed"}', 'broken', '{');
  expect(await store.all()).toEqual([bad]);
});
