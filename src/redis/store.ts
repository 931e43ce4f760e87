import { readFileSync } from 'node:fs';
import type { Redis, Result } from 'ioredis';
import type { Appended, ConversationStore } from '../conversation/ports.js';
import { type ConversationKey, beginsConversation, idOf, inOrder, keyOf, type Turn } from '../conversation/types.js';
import { decodeReply, decodeTurn, encodeReply, encodeTurn } from './codec.js';
import { keysOf } from './keys.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    skeinAppend(...keysThenArgs: string[]): Result<string, Context>;
    skeinAmend(...keysThenArgs: string[]): Result<number, Context>;
    skeinSettle(...keysThenArgs: string[]): Result<null, Context>;
    skeinBacklog(...keysThenArgs: string[]): Result<null, Context>;
  }
}

const SCRIPTS = { skeinAppend: 'append', skeinAmend: 'amend', skeinSettle: 'settle', skeinBacklog: 'backlog' } as const;
const SECONDS_PER_DAY = 86_400;

/** The conversations in Redis; the layout stands in `keys.ts`, what must be atomic in `lua/`. */
export function redisStore(redis: Redis, ttlDays: number): ConversationStore {
  const ttl = String(Math.ceil(ttlDays * SECONDS_PER_DAY));
  for (const [name, file] of Object.entries(SCRIPTS)) {
    redis.defineCommand(name, { numberOfKeys: 3, lua: readFileSync(new URL(`./lua/${file}.lua`, import.meta.url), 'utf8') });
  }

  const keys = (key: ConversationKey): [string, string, string] => {
    const { turns, pending, state } = keysOf(key);
    return [turns, pending, state];
  };
  const fields = (turns: Turn[]): string[] => turns.flatMap((turn) => [turn.ts, encodeTurn(turn)]);

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
      const names = keysOf(key);
      // MULTI, so that the three are of one moment.
      const results = await redis.multi().hgetall(names.turns).zrange(names.pending, '0', '-1').hgetall(names.state).exec();
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
      await redis.skeinBacklog(...keys(key), ttl, ...fields(turns));
    },

    async recordReply(key, reply) {
      const { state } = keysOf(key);
      await redis.multi().hset(state, 'reply', encodeReply(reply)).expire(state, Number(ttl)).exec();
    },

    async settle(key, answered, reply) {
      await redis.skeinSettle(...keys(key), ttl, String(answered.length), ...answered, ...fields(reply));
    },
  };
}
