/** The conversation store in Redis: keys, stored formats, failures. What every store promises is in `test/contract`. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { removedMessage } from '../../src/core/channel.js';
import { keyOf } from '../../src/core/conversation-id.js';
import { AmendedError, NewerFormatError } from '../../src/core/errors.js';
import type { IncomingMessage } from '../../src/core/incoming-message.js';
import type { ConversationStore } from '../../src/core/ports.js';
import type { AssistantTurn, PersonTurn } from '../../src/core/turn.js';
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

function message(ts: string, author = 'U0ANN'): IncomingMessage {
  return { conversation: ID, ts, author, text: 'hello', addressed: 'bot' };
}
const edited: PersonTurn = { role: 'person', ts: FIRST, author: 'U0ANN', text: 'edited' };
const earlier: PersonTurn = { role: 'person', ts: '1766458000.000001', author: 'U0BOB', text: 'before' };
const reply: AssistantTurn = { role: 'assistant', ts: THIRD, text: 'hi', after: FIRST };
const replyInProgress = { after: FIRST, messages: [], opening: true };

/** A call of every method. Each makes a change. */
const METHODS: [keyof ConversationStore, (store: ConversationStore) => Promise<unknown>][] = [
  ['append', (store) => store.append(message(SECOND), 'yes')],
  ['edit', (store) => store.edit(KEY, edited, SECOND)],
  ['remove', (store) => store.remove(KEY, SECOND)],
  ['amendBefore', (store) => store.amendBefore(KEY, removedMessage(earlier.ts))],
  ['load', (store) => store.load(KEY)],
  ['addBacklog', (store) => store.addBacklog(KEY, [earlier])],
  ['recordReply', (store) => store.recordReply(KEY, replyInProgress)],
  ['settle', (store) => store.settle(KEY, [], [reply])],
];

/** Whether the TTL of the key `name` was just renewed; allows for the seconds that the test takes. */
async function hasFullTtl(name: string): Promise<boolean> {
  const seconds = await redis.ttl(name);
  return seconds > TTL_S - 60 && seconds <= TTL_S;
}

async function works(store: ConversationStore): Promise<boolean> {
  return store.load('T1:C1:none').then(
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
  // The tests cause outages.
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
  test('with another prefix belong to another bot', async () => {
    const others = redisStore(connections.commands, TTL_DAYS, 'other');
    await others.append(message(FIRST), 'yes');
    expect(await store.load(KEY)).toBeUndefined();
    expect(await others.load(KEY)).toMatchObject({ pending: [FIRST] });
    for (const name of await redis.keys('*')) expect(name).toMatch(/^other:/);
  });

  test('all have the prefix', async () => {
    await store.append(message(FIRST), 'yes');
    for (const [, method] of METHODS) await method(store);
    const names = await redis.keys('*');
    expect(names.toSorted()).toEqual([KEYS.pending, KEYS.state, KEYS.turns].toSorted());
    for (const name of names) expect(name).toMatch(/^skein:/);
  });

  test('of a new conversation all expire', async () => {
    await store.append(message(FIRST), 'yes');
    for (const name of [KEYS.turns, KEYS.pending, KEYS.state]) expect(await hasFullTtl(name)).toBe(true);
  });

  test.each([
    ...METHODS,
    ['append (a duplicate)', (s: ConversationStore) => s.append(message(FIRST), 'yes')] as const,
    ['append (context)', (s: ConversationStore) => s.append(message(SECOND), 'no')] as const,
    ['edit (unknown turn)', (s: ConversationStore) => s.edit(KEY, { ...edited, ts: THIRD }, SECOND)] as const,
    ['remove (unknown turn)', (s: ConversationStore) => s.remove(KEY, THIRD)] as const,
    ['settle (no reply)', (s: ConversationStore) => s.settle(KEY, [], [])] as const,
  ])('all have their TTL renewed by %s', async (_, method) => {
    await store.append(message(FIRST), 'yes');
    await store.recordReply(KEY, replyInProgress);
    const names = await redis.keys('*');
    for (const name of names) await redis.expire(name, 100);
    await method(store);
    expect(names).toHaveLength(3);
    for (const name of names) expect(await hasFullTtl(name)).toBe(true);
  });

  test('of a conversation that has not begun are one, which expires in ten minutes and contains no text', async () => {
    await store.append(message(FIRST), 'auto');
    for (const [name, method] of METHODS) if (name !== 'append') await method(store);
    expect(await redis.keys('*')).toEqual([KEYS.state]);
    const seconds = await redis.ttl(KEYS.state);
    expect(seconds > 540 && seconds <= 600).toBe(true);
    expect(JSON.stringify(await redis.hgetall(KEYS.state))).not.toContain('text');
  });

  test('left over from an evicted conversation do not affect the next', async () => {
    await store.append(message(FIRST), 'yes');
    await store.append(message(SECOND, 'U0BOB'), 'yes');
    await store.recordReply(KEY, replyInProgress);
    await redis.del(KEYS.turns);
    expect(await store.load(KEY)).toBeUndefined();
    await store.append(message(THIRD), 'yes');
    expect(await store.load(KEY)).toEqual({
      id: ID,
      turns: [{ role: 'person', ts: THIRD, author: 'U0ANN', text: 'hello' }],
      pending: [THIRD],
      authors: ['U0ANN'],
      backlogRead: false,
    });
  });
});

describe('a turn in the format of a later version', () => {
  const TOOL = JSON.stringify({ role: 'tool', call: 'search', output: { hits: 3 } });
  const NOT_JSON = '\u0001encrypted';

  beforeEach(async () => {
    await store.append(message(FIRST), 'yes');
  });

  test('is kept, and the rest is read', async () => {
    await redis.hset(KEYS.turns, SECOND, TOOL, THIRD, NOT_JSON);
    await redis.zadd(KEYS.pending, Number(SECOND), SECOND);
    await redis.hset(KEYS.state, 'mood', 'good', 'reply', JSON.stringify({ stream: 1 }));
    expect(await store.load(KEY)).toEqual({
      id: ID,
      turns: [{ role: 'person', ts: FIRST, author: 'U0ANN', text: 'hello' }],
      pending: [FIRST, SECOND],
      authors: ['U0ANN'],
      backlogRead: true,
    });
    await store.addBacklog(KEY, [earlier]);
    await store.settle(KEY, [FIRST], [{ ...reply, ts: '1766458029.000001' }]);
    expect(await redis.hmget(KEYS.turns, SECOND, THIRD)).toEqual([TOOL, NOT_JSON]);
    expect(await redis.zrange(KEYS.pending, '0', '-1')).toEqual([SECOND]);
    expect(await redis.hmget(KEYS.state, 'v', 'mood')).toEqual(['1', 'good']);
  });

  test('is not overwritten by a delivery, a reply or a backlog of the same ts', async () => {
    await redis.hset(KEYS.turns, SECOND, TOOL);
    expect(await store.append(message(SECOND), 'yes')).toBe('duplicate');
    await store.settle(KEY, [], [{ ...reply, ts: SECOND }]);
    await store.addBacklog(KEY, [{ ...earlier, ts: SECOND }]);
    expect(await redis.hget(KEYS.turns, SECOND)).toBe(TOOL);
  });

  test('is read if it only has additional fields, and kept byte for byte', async () => {
    const withFiles = JSON.stringify({ role: 'person', author: 'U0BOB', text: 'look', files: ['F1'] });
    await redis.hset(KEYS.turns, SECOND, withFiles);
    expect((await store.load(KEY))?.turns).toContainEqual({
      role: 'person',
      ts: SECOND,
      author: 'U0BOB',
      text: 'look',
    });
    await store.settle(KEY, [FIRST], [reply]);
    expect(await redis.hget(KEYS.turns, SECOND)).toBe(withFiles);
  });

  test('can be removed', async () => {
    await redis.hset(KEYS.turns, SECOND, TOOL);
    expect(await store.remove(KEY, SECOND)).toBe('changed');
    expect(await store.append(message(SECOND), 'yes')).toBe('duplicate');
    expect(await redis.hget(KEYS.turns, SECOND)).toBe('');
  });
});

const segmentOfFirst = {
  segment: { text: 'Plums.', position: `${FIRST} 0 ${FIRST}`, newest: FIRST, turns: 1, tokens: 10 },
  turns: [FIRST],
  segments: [],
};

describe('data of a conversation with segments', () => {
  test('is left to versions of the program that know segments', async () => {
    await store.append(message(FIRST), 'yes');
    await store.append(message(SECOND), 'yes');
    expect(await redis.hget(KEYS.state, 'v')).toBe('1');
    await store.compact(KEY, { ...segmentOfFirst, seal: [] }, 0);
    expect(await redis.hget(KEYS.state, 'v')).toBe('2');
  });

  test('does not grow with what segments cover: a load reads neither their turns nor the times of edits', async () => {
    await store.append(message(FIRST), 'yes');
    await store.append(message(SECOND), 'yes');
    await store.edit(KEY, { role: 'person', ts: FIRST, author: 'U0ANN', text: 'better words' }, SECOND);
    await store.compact(KEY, { ...segmentOfFirst, seal: [] }, 1);
    expect(await redis.hkeys(KEYS.turns)).toEqual([SECOND]);
    const id = (await store.load(KEY))?.segments?.[0]?.id ?? '';
    await store.compact(
      KEY,
      { ...segmentOfFirst, turns: [], segments: [id], seal: [{ ...segmentOfFirst.segment, id: '2' }] },
      2,
    );
    expect(await redis.hgetall(KEYS.folded)).toEqual({ 'sealed:2': `${FIRST} ${FIRST}` });
    expect(await redis.hkeys(KEYS.state)).not.toContain(`edited:${FIRST}`);
  });
});

describe('data of an earlier version of the program', () => {
  test('may include a summary of all turns: it is ignored, and removed when a segment is stored', async () => {
    await store.append(message(FIRST), 'yes');
    await store.append(message(SECOND), 'yes');
    await redis.hset(KEYS.state, { summary: 'Plums.', covers: FIRST });
    expect(await store.load(KEY)).toMatchObject({ turns: [{ ts: FIRST }, { ts: SECOND }] });
    await store.compact(KEY, { ...segmentOfFirst, seal: [] }, 0);
    expect(await redis.hmget(KEYS.state, 'summary', 'covers')).toEqual([null, null]);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['edited', () => store.edit(KEY, edited, SECOND)],
    ['removed', () => store.remove(KEY, FIRST)],
  ])('may include a summary: it goes when a turn is %s, since that version may go on with it', async (_, change) => {
    await store.append(message(FIRST), 'yes');
    await redis.hset(KEYS.state, { summary: 'Plums.', covers: FIRST });
    await change();
    expect(await redis.hmget(KEYS.state, 'summary', 'covers')).toEqual([null, null]);
  });

  test('may lack a turn that a segment covers, and that version removed: the segment goes, and the turn stays away', async () => {
    await store.append(message(FIRST), 'yes');
    await store.append(message(SECOND), 'yes');
    await store.append(message(THIRD), 'yes');
    await store.compact(KEY, { ...segmentOfFirst, turns: [FIRST, SECOND], seal: [] }, 0);
    await redis.hset(KEYS.turns, FIRST, '');
    const conversation = await store.load(KEY, 'run');
    expect(conversation).toMatchObject({ turns: [{ ts: SECOND }, { ts: THIRD }] });
    expect(conversation?.segments).toBeUndefined();
    expect(JSON.stringify(await redis.hgetall(KEYS.folded))).not.toContain(FIRST);
  });

  test('may include `after` without a reply: an edit of the next question still makes the run load again', async () => {
    await store.append(message(FIRST), 'yes');
    await store.recordReply(KEY, { after: FIRST, messages: [], opening: true });
    await redis.hdel(KEYS.state, 'reply');
    await store.append(message(SECOND), 'yes');
    await store.load(KEY, 'run');
    await store.edit(KEY, { role: 'person', ts: SECOND, author: 'U0ANN', text: 'other words' }, THIRD, {
      regenerate: true,
    });
    await expect(store.confirm(KEY, 'run')).rejects.toThrow(AmendedError);
  });
});

describe('a conversation with a later format version', () => {
  beforeEach(async () => {
    await store.append(message(FIRST), 'yes');
    await redis.hset(KEYS.state, 'v', '3');
  });

  test('is neither loaded nor edited', async () => {
    const before = [await redis.hgetall(KEYS.turns), await redis.hgetall(KEYS.state)];
    await expect(store.load(KEY, 'run-1')).rejects.toThrow(NewerFormatError);
    await expect(store.edit(KEY, edited, SECOND)).rejects.toThrow(NewerFormatError);
    expect([await redis.hgetall(KEYS.turns), await redis.hgetall(KEYS.state)]).toEqual(before);
  });

  test('takes new messages and removals', async () => {
    expect(await store.append(message(SECOND), 'yes')).toBe('pending');
    expect(await store.remove(KEY, FIRST)).toBe('changed');
    expect(await redis.hgetall(KEYS.turns)).toEqual({ [FIRST]: '', [SECOND]: expect.stringContaining('hello') });
    expect(await redis.zrange(KEYS.pending, '0', '-1')).toEqual([SECOND]);
    expect(await redis.hget(KEYS.state, 'v')).toBe('3');
  });
});

describe('round trips', () => {
  test.each(METHODS.filter(([name]) => name !== 'load'))('%s takes one', async (_, method) => {
    await store.append(message(FIRST), 'yes');
    // The first call of a script also loads it into Redis.
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

describe('Redis', () => {
  beforeEach(async () => {
    await store.append(message(FIRST), 'yes');
  });

  test('that lost the scripts gets them again', async () => {
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

  test('that hangs makes every method fail instead of wait, and works again afterwards', async () => {
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

  test('that is down makes every method fail instead of wait, and works again afterwards', async () => {
    await server.kill();
    try {
      const results = await Promise.allSettled(METHODS.map(([, method]) => method(store)));
      expect(results.map(({ status }) => status)).toEqual(METHODS.map(() => 'rejected'));
    } finally {
      await server.start();
    }
    await until(() => works(store), 'the store to work again');
    expect(await store.append(message(FIRST), 'yes')).toBe('pending');
  });

  test('that is out of memory refuses what adds data, and accepts what finishes or removes something', async () => {
    const accepted = new Set<keyof ConversationStore>(['amendBefore', 'load', 'remove', 'settle']);
    await store.recordReply(KEY, replyInProgress);
    await redis.config('SET', 'maxmemory', '1');
    try {
      const results = await Promise.allSettled(METHODS.map(([, method]) => method(store)));
      expect(results.map(({ status }) => status)).toEqual(
        METHODS.map(([name]) => (accepted.has(name) ? 'fulfilled' : 'rejected')),
      );
    } finally {
      await redis.config('SET', 'maxmemory', '0');
    }
    // Each method did everything or nothing.
    expect(await store.load(KEY)).toEqual({
      id: ID,
      turns: [{ role: 'person', ts: FIRST, author: 'U0ANN', text: 'hello' }, reply],
      pending: [FIRST],
      authors: ['U0ANN'],
      backlogRead: true,
    });
    expect(await redis.hget(KEYS.turns, SECOND)).toBe('');
  });

  test('that takes no writes for another reason makes every method that writes fail', async () => {
    // As after the loss of replicas that the master needs.
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

describe('what leaves right behind an append', () => {
  /** What Redis knows of the conversation when that arrives; undefined if it may not leave yet. */
  async function turnsBehind(ts: string): Promise<number | undefined> {
    let known: Promise<number> | undefined;
    await store.append(message(ts), 'yes', () => {
      known = connections.commands.hlen(KEYS.turns);
    });
    return known;
  }

  test('arrives after the turn, and waits for the first append of a connection', async () => {
    expect(await turnsBehind(FIRST)).toBeUndefined();
    expect(await turnsBehind(SECOND)).toBe(2);
    // As after a restart, the server has to be sent the script again.
    await redis.script('FLUSH');
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await until(async () => works(store), 'the connection');
    expect(await turnsBehind(THIRD)).toBeUndefined();
    expect(await turnsBehind(THIRD)).toBe(3);
  });
});

describe('copies of what stood in the channel before', () => {
  const turn = { ...earlier, text: 'a secret' };
  const begins = { ...message(FIRST), before: [{ ts: earlier.ts, version: '0', turn }] };

  test('are used no longer than the channel knows who has them', async () => {
    await store.append(begins, 'yes');
    expect((await store.load(KEY))?.channelBefore).toEqual([turn]);
    await store.append(message(`${Number(FIRST.slice(0, 10)) + TTL_S}.000001`), 'known');
    expect((await store.load(KEY))?.channelBefore).toBeUndefined();
  });

  test('are the only messages of the channel that are stored, once the conversation has them', async () => {
    const [early, late] = [8, 9].map((at) => {
      const ts = `${earlier.ts.slice(0, -1)}${at}`;
      return { ts, version: FIRST, turn: { ...turn, ts, text: 'another secret' } };
    });
    if (!early || !late) throw new Error('unreachable');
    await store.amendBefore(KEY, early);
    await store.append(begins, 'yes');
    await store.amendBefore(KEY, late);
    expect(JSON.stringify(await redis.hgetall(KEYS.state))).not.toContain('another secret');
  });

  test('are removed also while Redis is full', async () => {
    await store.append(begins, 'yes');
    await redis.config('SET', 'maxmemory', '1');
    try {
      await store.amendBefore(KEY, removedMessage(earlier.ts));
    } finally {
      await redis.config('SET', 'maxmemory', '0');
    }
    expect((await store.load(KEY))?.channelBefore).toBeUndefined();
  });
});
