/** What is Redis's own in the conversation store; what every store promises is in `test/contract`. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { AmendedError, NewerFormError } from '../../src/core/errors.js';
import type { ConversationStore } from '../../src/core/ports.js';
import type { AssistantTurn, PersonTurn } from '../../src/core/turn.js';
import type { IncomingMessage } from '../../src/core/incoming-message.js';
import { keyOf } from '../../src/core/conversation-id.js';
import { connectRedis, type RedisConnections } from '../../src/redis/connection.js';
import { keysOf } from '../../src/redis/keys.js';
import { redisStore } from '../../src/redis/store.js';
import { silent, TTL_DAYS } from '../contract/backends.js';
import { empty, redisConfig } from '../support/redis-place.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const FIRST = '1766458026.240809';
const SECOND = '1766458027.000001';
const THIRD = '1766458028.000001';
const ID = { team: 'T1', channel: 'C1', thread: FIRST };
const KEY = keyOf(ID);
const KEYS = keysOf(KEY);
const TTL_S = TTL_DAYS * 86_400;

function said(ts: string, author = 'U0ANN'): IncomingMessage {
  return { conversation: ID, ts, author, text: 'hello', addressed: 'bot' };
}
const edited: PersonTurn = { role: 'person', ts: FIRST, author: 'U0ANN', text: 'edited' };
const earlier: PersonTurn = { role: 'person', ts: '1766458000.000001', author: 'U0BOB', text: 'before' };
const reply: AssistantTurn = { role: 'assistant', ts: THIRD, text: 'hi', after: FIRST };
const inProgress = { after: FIRST, messages: [], opening: true };

/** Every method, each with a change to make. */
const METHODS: [keyof ConversationStore, (store: ConversationStore) => Promise<unknown>][] = [
  ['append', (store) => store.append(said(SECOND), 'yes')],
  ['edit', (store) => store.edit(KEY, edited, SECOND)],
  ['remove', (store) => store.remove(KEY, SECOND)],
  ['load', (store) => store.load(KEY)],
  ['addBacklog', (store) => store.addBacklog(KEY, [earlier])],
  ['recordReply', (store) => store.recordReply(KEY, inProgress)],
  ['settle', (store) => store.settle(KEY, [], [reply])],
];

/** Whether `name` has its whole life before it; the seconds that the test may take do not count. */
async function expiresFully(name: string): Promise<boolean> {
  const seconds = await redis.ttl(name);
  return seconds > TTL_S - 60 && seconds <= TTL_S;
}

async function works(tried: ConversationStore): Promise<boolean> {
  return tried.load('T1:C1:none').then(
    () => true,
    () => false,
  );
}

let server: RedisServer;
let redis: Redis;
let connections: RedisConnections;
let store: ConversationStore;
beforeAll(async () => {
  server = await startRedis();
});
beforeEach(() => {
  redis = new Redis(server.url);
  // An outage that a test makes is no news.
  redis.on('error', () => {});
  connections = connectRedis(redisConfig(server), silent);
  store = redisStore(connections.commands, TTL_DAYS);
});
afterEach(async () => {
  redis.disconnect();
  connections.close();
  await empty(server);
});
afterAll(() => server.stop());

describe('keys', () => {
  test("of another prefix are another bot's", async () => {
    const others = redisStore(connections.commands, TTL_DAYS, 'other');
    await others.append(said(FIRST), 'yes');
    expect(await store.load(KEY)).toBeUndefined();
    expect(await others.load(KEY)).toMatchObject({ pending: [FIRST] });
    for (const name of await redis.keys('*')) expect(name).toMatch(/^other:/);
  });

  test('all carry the prefix', async () => {
    await store.append(said(FIRST), 'yes');
    for (const [, method] of METHODS) await method(store);
    const names = await redis.keys('*');
    expect(names.toSorted()).toEqual([KEYS.pending, KEYS.state, KEYS.turns].toSorted());
    for (const name of names) expect(name).toMatch(/^skein:/);
  });

  test('of a conversation that begins are all to expire', async () => {
    await store.append(said(FIRST), 'yes');
    for (const name of [KEYS.turns, KEYS.pending, KEYS.state]) expect(await expiresFully(name)).toBe(true);
  });

  test.each([
    ...METHODS,
    ['append (a duplicate)', (s: ConversationStore) => s.append(said(FIRST), 'yes')] as const,
    ['append (context)', (s: ConversationStore) => s.append(said(SECOND), 'no')] as const,
    ['edit (nothing to replace)', (s: ConversationStore) => s.edit(KEY, { ...edited, ts: THIRD }, SECOND)] as const,
    ['remove (nothing there)', (s: ConversationStore) => s.remove(KEY, THIRD)] as const,
    ['settle (nothing to add)', (s: ConversationStore) => s.settle(KEY, [], [])] as const,
  ])('all live on after %s', async (_, method) => {
    await store.append(said(FIRST), 'yes');
    await store.recordReply(KEY, inProgress);
    const names = await redis.keys('*');
    for (const name of names) await redis.expire(name, 100);
    await method(store);
    expect(names).toHaveLength(3);
    for (const name of names) expect(await expiresFully(name)).toBe(true);
  });

  test('of a conversation that has not begun are one, for ten minutes, and hold nothing of what was said', async () => {
    await store.append(said(FIRST), 'auto');
    for (const [name, method] of METHODS) if (name !== 'append') await method(store);
    expect(await redis.keys('*')).toEqual([KEYS.state]);
    const seconds = await redis.ttl(KEYS.state);
    expect(seconds > 540 && seconds <= 600).toBe(true);
    expect(JSON.stringify(await redis.hgetall(KEYS.state))).not.toContain('text');
  });

  test('left over from a conversation that went do not get into the next', async () => {
    await store.append(said(FIRST), 'yes');
    await store.append(said(SECOND, 'U0BOB'), 'yes');
    await store.recordReply(KEY, inProgress);
    await redis.del(KEYS.turns);
    expect(await store.load(KEY)).toBeUndefined();
    await store.append(said(THIRD), 'yes');
    expect(await store.load(KEY)).toEqual({
      id: ID,
      turns: [{ role: 'person', ts: THIRD, author: 'U0ANN', text: 'hello' }],
      pending: [THIRD],
      backlogRead: false,
    });
  });
});

describe('a stored form of a later version', () => {
  const TOOL = JSON.stringify({ role: 'tool', call: 'search', output: { hits: 3 } });
  const NOT_JSON = '\u0001encrypted';

  beforeEach(async () => {
    await store.append(said(FIRST), 'yes');
  });

  test('is left alone, and the rest is read', async () => {
    await redis.hset(KEYS.turns, SECOND, TOOL, THIRD, NOT_JSON);
    await redis.zadd(KEYS.pending, Number(SECOND), SECOND);
    await redis.hset(KEYS.state, 'mood', 'good', 'reply', JSON.stringify({ stream: 1 }));
    expect(await store.load(KEY)).toEqual({
      id: ID,
      turns: [{ role: 'person', ts: FIRST, author: 'U0ANN', text: 'hello' }],
      pending: [FIRST, SECOND],
      backlogRead: true,
    });
    await store.addBacklog(KEY, [earlier]);
    await store.settle(KEY, [FIRST], [{ ...reply, ts: '1766458029.000001' }]);
    expect(await redis.hmget(KEYS.turns, SECOND, THIRD)).toEqual([TOOL, NOT_JSON]);
    expect(await redis.zrange(KEYS.pending, '0', '-1')).toEqual([SECOND]);
    expect(await redis.hmget(KEYS.state, 'v', 'mood')).toEqual(['1', 'good']);
  });

  test('is known by its ts: a delivery, a reply or a backlog does not write over it', async () => {
    await redis.hset(KEYS.turns, SECOND, TOOL);
    expect(await store.append(said(SECOND), 'yes')).toBe('duplicate');
    await store.settle(KEY, [], [{ ...reply, ts: SECOND }]);
    await store.addBacklog(KEY, [{ ...earlier, ts: SECOND }]);
    expect(await redis.hget(KEYS.turns, SECOND)).toBe(TOOL);
  });

  test('is read as far as it is known when it only says more, and kept to the byte', async () => {
    const more = JSON.stringify({ role: 'person', author: 'U0BOB', text: 'look', files: ['F1'] });
    await redis.hset(KEYS.turns, SECOND, more);
    expect((await store.load(KEY))?.turns).toContainEqual({
      role: 'person',
      ts: SECOND,
      author: 'U0BOB',
      text: 'look',
    });
    await store.settle(KEY, [FIRST], [reply]);
    expect(await redis.hget(KEYS.turns, SECOND)).toBe(more);
  });

  test('can be removed', async () => {
    await redis.hset(KEYS.turns, SECOND, TOOL);
    expect(await store.remove(KEY, SECOND)).toBe('changed');
    expect(await store.append(said(SECOND), 'yes')).toBe('duplicate');
    expect(await redis.hget(KEYS.turns, SECOND)).toBe('');
  });
});

describe('what an earlier version of the program leaves behind', () => {
  test('is no summary of a turn that it removed', async () => {
    await store.append(said(FIRST), 'yes');
    await store.compact(KEY, { text: 'Plums.', covers: [FIRST] }, 0);
    expect(await store.load(KEY)).toHaveProperty('summary');
    await redis.hset(KEYS.turns, FIRST, '');
    expect(await store.load(KEY)).not.toHaveProperty('summary');
  });

  test('is no answer that an edit of the next question would have to be about', async () => {
    await store.append(said(FIRST), 'yes');
    await store.recordReply(KEY, { after: FIRST, messages: [], opening: true });
    await redis.hdel(KEYS.state, 'reply');
    await store.append(said(SECOND), 'yes');
    await store.load(KEY, 'run');
    await store.edit(KEY, { role: 'person', ts: SECOND, author: 'U0ANN', text: 'other words' }, THIRD, {
      regenerate: true,
    });
    await expect(store.confirm(KEY, 'run')).rejects.toThrow(AmendedError);
  });
});

describe('a conversation of a later form', () => {
  beforeEach(async () => {
    await store.append(said(FIRST), 'yes');
    await redis.hset(KEYS.state, 'v', '2');
  });

  test('is left to the version that wrote it, whole', async () => {
    const before = [await redis.hgetall(KEYS.turns), await redis.hgetall(KEYS.state)];
    await expect(store.load(KEY, 'run-1')).rejects.toThrow(NewerFormError);
    await expect(store.edit(KEY, edited, SECOND)).rejects.toThrow(NewerFormError);
    expect([await redis.hgetall(KEYS.turns), await redis.hgetall(KEYS.state)]).toEqual(before);
  });

  test('takes in what is said, which a later version reads, and forgets what is deleted', async () => {
    expect(await store.append(said(SECOND), 'yes')).toBe('pending');
    expect(await store.remove(KEY, FIRST)).toBe('changed');
    expect(await redis.hgetall(KEYS.turns)).toEqual({ [FIRST]: '', [SECOND]: expect.stringContaining('hello') });
    expect(await redis.zrange(KEYS.pending, '0', '-1')).toEqual([SECOND]);
    expect(await redis.hget(KEYS.state, 'v')).toBe('2');
  });
});

describe('round trips', () => {
  test.each(METHODS.filter(([name]) => name !== 'load'))('%s takes one', async (_, method) => {
    await store.append(said(FIRST), 'yes');
    // The first call of each script also teaches it to Redis.
    await method(store);
    const seen: string[] = [];
    const monitor = await redis.monitor();
    monitor.on('monitor', (_time: string, args: string[], source: string) => {
      if (source !== 'lua') seen.push(String(args[0]).toLowerCase());
    });
    await method(store);
    await redis.echo('end');
    await until(() => seen.includes('echo'), 'the monitor to see the end');
    monitor.disconnect();
    expect(seen.filter((command) => command !== 'echo')).toEqual(['evalsha']);
  });
});

describe('Redis in trouble', () => {
  beforeEach(async () => {
    await store.append(said(FIRST), 'yes');
  });

  test('that forgot the scripts is taught them again', async () => {
    for (const [, method] of METHODS) {
      await redis.script('FLUSH');
      await method(store);
    }
    expect(await store.load(KEY)).toMatchObject({
      turns: [{ ts: earlier.ts }, { text: 'edited' }, { ts: THIRD }],
      pending: [FIRST],
      backlogRead: true,
    });
  });

  test('that hangs fails every method instead of holding it up, and serves again afterwards', async () => {
    server.pause();
    try {
      const results = await Promise.allSettled(METHODS.map(([, method]) => method(store)));
      expect(results.map(({ status }) => status)).toEqual(METHODS.map(() => 'rejected'));
    } finally {
      server.resume();
    }
    await until(() => works(store), 'the store to work again');
    expect((await store.load(KEY))?.turns.length).toBeGreaterThan(0);
  });

  test('that is down fails every method instead of holding it up, and serves again afterwards', async () => {
    await server.kill();
    try {
      const results = await Promise.allSettled(METHODS.map(([, method]) => method(store)));
      expect(results.map(({ status }) => status)).toEqual(METHODS.map(() => 'rejected'));
    } finally {
      await server.start();
    }
    await until(() => works(store), 'the store to work again');
    expect(await store.append(said(FIRST), 'yes')).toBe('pending');
  });

  test('that is full fails every method that adds something, and takes what ends or removes something', async () => {
    const taken = new Set<keyof ConversationStore>(['load', 'remove', 'settle']);
    await store.recordReply(KEY, inProgress);
    await redis.config('SET', 'maxmemory', '1');
    try {
      const results = await Promise.allSettled(METHODS.map(([, method]) => method(store)));
      expect(results.map(({ status }) => status)).toEqual(
        METHODS.map(([name]) => (taken.has(name) ? 'fulfilled' : 'rejected')),
      );
    } finally {
      await redis.config('SET', 'maxmemory', '0');
    }
    // Each did all that it does, or nothing.
    expect(await store.load(KEY)).toEqual({
      id: ID,
      turns: [{ role: 'person', ts: FIRST, author: 'U0ANN', text: 'hello' }, reply],
      pending: [FIRST],
      backlogRead: true,
    });
    expect(await redis.hget(KEYS.turns, SECOND)).toBe('');
  });

  test('that takes no writes for another reason fails every method that writes', async () => {
    // As a master does that has lost its replicas.
    await redis.config('SET', 'min-replicas-to-write', '1');
    try {
      const writing = METHODS.filter(([name]) => name !== 'load');
      const results = await Promise.allSettled(writing.map(([, method]) => method(store)));
      expect(results.map(({ status }) => status)).toEqual(writing.map(() => 'rejected'));
    } finally {
      await redis.config('SET', 'min-replicas-to-write', '0');
    }
    expect(await store.load(KEY)).toMatchObject({ turns: [{ ts: FIRST }], pending: [FIRST] });
  });
});
