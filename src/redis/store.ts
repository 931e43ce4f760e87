import { readFileSync } from 'node:fs';
import type { Redis, Result } from 'ioredis';
import type { Appended, ConversationStore } from '../conversation/ports.js';
import { type ConversationKey, beginsConversation, idOf, inOrder, keyOf } from '../conversation/types.js';
import { decodeReply, decodeTurn, encodeReply, encodeTurn } from './codec.js';
import { keysOf } from './keys.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    skeinAppend(...keysThenArgs: string[]): Result<string, Context>;
    skeinAmend(...keysThenArgs: string[]): Result<number, Context>;
    skeinSettle(...keysThenArgs: string[]): Result<null, Context>;
    skeinBacklog(...keysThenArgs: string[]): Result<null, Context>;
    skeinReply(...keysThenArgs: string[]): Result<null, Context>;
  }
}

const SCRIPTS = { skeinAppend: 'append', skeinAmend: 'amend', skeinSettle: 'settle', skeinBacklog: 'backlog', skeinReply: 'reply' } as const;
const SECONDS_PER_DAY = 86_400;

/** The conversations in Redis; the layout stands in `keys.ts`, what must be atomic in `lua/`. */
export function redisStore(redis: Redis, ttlDays: number, prefix?: string): ConversationStore {
  const ttl = String(Math.ceil(ttlDays * SECONDS_PER_DAY));
  for (const [name, file] of Object.entries(SCRIPTS)) {
    redis.defineCommand(name, { numberOfKeys: 3, lua: readFileSync(new URL(`./lua/${file}.lua`, import.meta.url), 'utf8') });
  }

  /** KEYS of every script. */
  function keys(key: ConversationKey): [string, string, string] {
    const { turns, pending, state } = keysOf(key, prefix);
    return [turns, pending, state];
  }

  return {
    async append(message, asking) {
      const { ts, author, text } = message;
      const bytes = encodeTurn({ role: 'person', ts, author, text });
      const begins = beginsConversation(message) ? '1' : '0';
      const appended = await redis.skeinAppend(...keys(keyOf(message.conversation)), ts, bytes, asking, author, begins, ttl);
      return appended as Appended;
    },

    async edit(key, turn, editedTs) {
      return (await redis.skeinAmend(...keys(key), turn.ts, encodeTurn(turn), editedTs, ttl)) === 1;
    },

    async remove(key, ts) {
      return (await redis.skeinAmend(...keys(key), ts, '', '', ttl)) === 1;
    },

    async load(key) {
      const names = keysOf(key, prefix);
      // MULTI, so that the three are of one moment.
      const moment = redis.multi().hgetall(names.turns).zrange(names.pending, '0', '-1').hgetall(names.state);
      for (const name of keys(key)) moment.expire(name, ttl);
      const results = await moment.exec();
      const [stored, pending, state] = (results ?? []).map(([error, value]) => {
        if (error) throw error;
        return value;
      }) as [Record<string, string>, string[], Record<string, string>];
      if (Object.keys(stored).length === 0) return undefined;
      const turns = Object.entries(stored).flatMap(([ts, bytes]) => (bytes === '' ? [] : (decodeTurn(ts, bytes) ?? [])));
      const reply = state['reply'] === undefined ? undefined : decodeReply(state['reply']);
      return { id: idOf(key), turns: inOrder(turns), pending, backlogRead: state['backlog'] === '1', ...(reply && { reply }) };
    },

    async addBacklog(key, turns) {
      const threes = turns.flatMap((turn) => [turn.ts, encodeTurn(turn), turn.role === 'person' ? turn.author : '']);
      await redis.skeinBacklog(...keys(key), ttl, ...threes);
    },

    async recordReply(key, reply) {
      await redis.skeinReply(...keys(key), encodeReply(reply), ttl);
    },

    async settle(key, answered, reply) {
      await redis.skeinSettle(...keys(key), ttl, String(answered.length), ...answered, ...reply.flatMap((turn) => [turn.ts, encodeTurn(turn)]));
    },
  };
}
